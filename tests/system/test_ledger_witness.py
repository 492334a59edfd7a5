# SPDX-License-Identifier: Apache-2.0
"""Witnesses: gabion as a log asks one that shares no code with it, and gabion as one is asked."""
import base64
import json
import os
import subprocess
import threading
import time

import pytest

import tlog_verifier
from notary import ORIGIN
from witness_server import Key, Witness

PRODUCER = b'one of the tests'
START = time.time()


def fill(notary, count):
    client = notary.client(PRODUCER)
    first = client.last
    client.append(*(b'record %d' % number for number in range(first, first + count)))
    client.ask(3)
    client.close()


@pytest.fixture
def witnesses(notary):
    made = [Witness(f'w{number}.example', notary.verifier_key) for number in (1, 2, 3)]
    yield made
    for witness in made:
        witness.close()


def write_policy(path, notary, witnesses, quorum='group g 2 {}\nquorum g\n', urls=True):
    lines = [f'log {notary.verifier_key}']
    lines += [f'witness w{n} {w.key.text} {w.url if urls else ""}' for n, w in enumerate(witnesses, 1)]
    names = ' '.join(f'w{n}' for n in range(1, len(witnesses) + 1))
    path.write_text('\n'.join(lines) + '\n' + quorum.format(names))
    return path


@pytest.fixture
def policy(notary, witnesses, tmp_path):
    return write_policy(tmp_path / 'policy', notary, witnesses)


@pytest.fixture
def ledger(gabion, notary):
    def call(*arguments, **more):
        return gabion('ledger', *arguments, '--ledger', notary.ledger, **more)
    return call


def test_witnesses_sign_and_a_proof_carries_what_they_signed(notary, ledger, gabion, witnesses, policy, tmp_path):
    fill(notary, 300)
    run = ledger('witness', '--policy', policy)
    assert (run.code, run.err) == (0, '')
    assert run.out == 'w1: signed\nw2: signed\nw3: signed\nwitnessed: 300 records, by w1, w2, w3\n'
    fill(notary, 300)
    run = ledger('verify', '--policy', policy)
    assert run.code == 0 and 'witnessed: the first 300 records, by w1, w2, w3\n' in run.out
    found = json.loads(ledger('verify', '--policy', policy, '-o', 'json').out)
    assert (found['verified'], found['witnessed'], found['end']) == (True, 300, 600)
    record, proof = tmp_path / 'record', tmp_path / 'proof'
    record.write_text(ledger('show', '7', '-o', 'json').out)
    proof.write_text(ledger('prove', '7').out)
    run = gabion('ledger', 'verify', '--proof', proof, '--record', record, '--policy', policy)
    assert (run.code, run.out) == (
        0, f'witnessed: the first 300 records, by w1, w2, w3\nverified: record 7 of {ORIGIN}\n')
    _, _, checkpoint = tlog_verifier.read_proof(proof.read_text())
    for witness in witnesses:
        key = tlog_verifier.parse_key(witness.key.text, kind=4)
        assert START - 1 <= tlog_verifier.cosigned_at(checkpoint, key) <= time.time()
    assert tlog_verifier.verify_proof(proof.read_text(), b'record 7', notary.verifier_key) == 7
    # A record behind what is witnessed is proven by the ledger's key alone, and the policy says no.
    record.write_text(ledger('show', '400', '-o', 'json').out)
    proof.write_text(ledger('prove', '400').out)
    run = gabion('ledger', 'verify', '--proof', proof, '--record', record, '--policy', policy)
    assert run.code == 1 and "the quorum 'g' is not reached: of 3 witnesses, nobody signed" in run.err
    assert ledger('witness', '--policy', policy).out.endswith('witnessed: 600 records, by w1, w2, w3\n')
    assert [path for path, _ in witnesses[0].requests] == ['/witness/add-checkpoint'] * 2
    assert witnesses[0].requests[1][1].startswith('old 300\n')


def test_a_witness_that_is_ahead_of_what_is_known_is_asked_again(notary, ledger, witnesses, policy):
    fill(notary, 300)
    assert ledger('witness', '--policy', policy).code == 0
    (notary.ledger / 'checkpoint.witnessed').unlink()
    fill(notary, 100)
    assert ledger('witness', '--policy', policy).code == 0
    assert [body.split('\n')[0] for _, body in witnesses[2].requests] == ['old 0', 'old 0', 'old 300']


def test_a_ledger_that_was_put_back_is_noticed(notary, ledger, witnesses, policy, tmp_path):
    fill(notary, 300)
    notary.stop()
    subprocess.run(['cp', '-a', notary.ledger, tmp_path / 'old'], check=True)
    notary.start()
    fill(notary, 100)
    assert ledger('witness', '--policy', policy).code == 0
    notary.stop()
    witnessed = (notary.ledger / 'checkpoint.witnessed').read_bytes()
    subprocess.run(['rm', '-r', notary.ledger], check=True)
    (tmp_path / 'old').rename(notary.ledger)
    run = ledger('witness', '--policy', policy)
    assert run.code == 1 and 'an older copy was put in its place' in run.out
    (notary.ledger / 'checkpoint.witnessed').write_bytes(witnessed)
    run = ledger('verify', '--policy', policy)
    assert run.code == 1 and 'witnesses have signed 400 records, and the ledger has only 300' in run.err
    notary.start()  # goes on, as another history
    client = notary.client(PRODUCER)
    client.append(*(b'another %d' % number for number in range(200)))
    client.ask(3)
    run = ledger('verify', '--policy', policy)
    assert run.code == 1 and 'not an extension of the 400 records that witnesses have signed' in run.err
    run = ledger('witness', '--policy', policy)
    assert run.code == 1 and 'it answers with status 422' in run.out


def test_the_last_witnessed_checkpoint_stays_until_there_is_one_worth_as_much(notary, ledger, witnesses, policy):
    fill(notary, 300)
    assert ledger('witness', '--policy', policy).code == 0
    before = (notary.ledger / 'checkpoint.witnessed').read_bytes()
    fill(notary, 10)
    for witness in witnesses[:2]:
        witness.answer = lambda handler, body: handler.send(500, 'text/plain', 'out of order\x1b[31m')
    run = ledger('witness', '--policy', policy)
    assert run.code == 1 and "the quorum 'g' is not reached: of 3 witnesses, w3 signed" in run.err
    assert 'w1: did not sign: it answers with status 500: out of order\\x1b[31m\n' in run.out
    assert (notary.ledger / 'checkpoint.witnessed').read_bytes() == before
    assert ledger('verify', '--policy', policy).code == 0


def huge(handler, body):
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(1000):
            handler.wfile.write(b'x' * 65536)
    except OSError:
        pass


def slow(handler, body):
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b'x')
            handler.wfile.flush()
            time.sleep(0.5)
    except OSError:
        pass


def body_of(request):
    return request.partition('\n\n')[2].partition('\n\n')[0] + '\n'


HOSTILE = {
    'an endless answer': (huge, 'with over 65536 bytes'),
    'a drop at a time': (slow, 'Timeout was reached'),
    'a redirect': (lambda h, b: h.send(302, 'text/plain', '', Location='http://127.0.0.1:1/'), 'status 302'),
    'nothing': (lambda h, b: h.send(200, 'text/plain', ''), 'does not end with an empty line and signature'),
    'no signature lines': (lambda h, b: h.send(200, 'text/plain', 'thank you\n'), "not of the form '— name base64'"),
    'an unknown key': (lambda h, b: h.send(200, 'text/plain', Key('stranger').cosign(body_of(b))),
                       'no signature of a witness of the policy'),
    'a false key of its name': (lambda h, b: h.send(200, 'text/plain', Key('w1.example', b'x' * 32).cosign(
        body_of(b))), 'no signature of a witness of the policy'),
    'another time than it signs': (lambda h, b: h.send(200, 'text/plain', h.server.key.cosign(
        body_of(b), claimed=1700000000)), 'does not verify'),
    'a time in the future': (lambda h, b: h.send(200, 'text/plain', h.server.key.cosign(
        body_of(b), moment=int(time.time()) + 100000)), 'one from the future'),
    'another checkpoint': (lambda h, b: h.send(200, 'text/plain', h.server.key.cosign('x\n')), 'does not verify'),
    'another witness': (lambda h, b: h.send(200, 'text/plain', Key('w2.example').cosign(body_of(b))),
                        'the signature of another witness'),
    'a size that is none': (lambda h, b: h.send(409, 'text/x.tlog.size', 'many\n'), 'status 409'),
    'a size above all': (lambda h, b: h.send(409, 'text/x.tlog.size', '18446744073709551615\n'),
                         'an older copy was put in its place'),
    'sizes for ever': (lambda h, b: h.send(409, 'text/x.tlog.size', f'{len(h.server.requests) + 5}\n'), 'status 409'),
    'a hundred signatures': (lambda h, b: h.send(200, 'text/plain', h.server.key.cosign(body_of(b)) * 100),
                             'more than 64 signatures'),
}


@pytest.mark.parametrize('name', HOSTILE)
def test_a_hostile_witness_is_named_and_believed_nothing(notary, ledger, witnesses, tmp_path, name):
    policy = write_policy(tmp_path / 'policy', notary, witnesses[:2], 'quorum w1\n')
    policy.write_text(policy.read_text().replace(witnesses[1].url, ''))
    fill(notary, 20)
    witnesses[0].answer, words = HOSTILE[name]
    started = time.monotonic()
    run = ledger('witness', '--policy', policy)
    assert time.monotonic() - started < 30
    assert run.code == 1 and 'w1: did not sign: ' in run.out and words in run.out
    assert not (notary.ledger / 'checkpoint.witnessed').exists()


def test_what_cannot_be_reached_or_is_no_http_is_said(notary, ledger, witnesses, tmp_path):
    fill(notary, 20)
    for url, words in (('http://127.0.0.1:1/', "Couldn't connect to server"), ('file:///etc', 'cannot be asked'),
                       ('nonsense://x', 'cannot be asked')):
        policy = write_policy(tmp_path / 'policy', notary, witnesses[:1], 'quorum w1\n')
        policy.write_text(policy.read_text().replace(witnesses[0].url, url))
        run = ledger('witness', '--policy', policy)
        assert run.code == 1 and words in run.out


def test_answers_may_come_by_other_ways(notary, ledger, witnesses, tmp_path):
    policy = write_policy(tmp_path / 'policy', notary, witnesses, urls=False)
    fill(notary, 20)
    request = tmp_path / 'request'
    request.write_text(ledger('witness', '--old-size', '0').out)
    fill(notary, 20)  # the ledger goes on meanwhile
    answers = []
    for number, witness in enumerate(witnesses[:2]):
        status, _, text = witness.judge(request.read_text())
        assert status == 200
        answers.append(tmp_path / f'answer{number}')
        answers[-1].write_text(text)
    run = ledger('witness', '--policy', policy, request, answers[0])
    assert run.code == 1 and 'of 3 witnesses, w1 signed' in run.err
    assert ledger('witness', '--policy', policy, request, *answers).code == 0
    assert 'the first 20 records, by w1, w2' in ledger('verify', '--policy', policy).out
    second = witnesses[0].judge(ledger('witness', '--old-size', '20').out)
    assert second[0] == 200 and witnesses[0].held[0] == 40


def test_a_policy_that_is_not_fulfilled_is_said_clearly(notary, ledger, witnesses, policy, tmp_path):
    fill(notary, 20)
    run = ledger('verify', '--policy', policy)
    assert run.code == 1 and "the quorum 'g' is not reached: of 3 witnesses, nobody signed" in run.err
    assert ledger('witness', '--policy', policy).code == 0
    other = write_policy(tmp_path / 'other', notary, witnesses, 'group a all w1 w2 w3\nquorum a\n')
    assert ledger('verify', '--policy', other).code == 0
    other.write_text(other.read_text().replace(notary.verifier_key, Key('x').text))
    assert ledger('verify', '--policy', other).code == 2
    other.write_text(f'log {notary.verifier_key}\nquorum none\n')
    assert ledger('verify', '--policy', other).code == 0
    text = (notary.ledger / 'checkpoint.witnessed').read_text()
    lines = text.splitlines()
    blob = bytearray(base64.b64decode(lines[-1].split(' ')[2]))
    blob[11] ^= 1
    lines[-1] = ' '.join(lines[-1].split(' ')[:2] + [base64.b64encode(blob).decode()])
    (notary.ledger / 'checkpoint.witnessed').write_text('\n'.join(lines) + '\n')
    run = ledger('verify', '--policy', policy)
    assert run.code == 1 and "a signature by key 'w3.example' does not verify" in run.err


# --- gabion is the witness --------------------------------------------------------------------------
@pytest.fixture
def our(gabion, notary, tmp_path):
    """A witness of ours: ask(body) -> (status, headers, text, exit code)."""
    key, state, logs = (tmp_path / name for name in ('w.key', 'w.state', 'logs'))
    run = gabion('ledger', 'witness', '--origin', 'ours.example', '--key', key, '--state', state)
    assert run.code == 0
    logs.write_text(f'log {notary.verifier_key}\nquorum none\n')

    def ask(body):
        run = gabion('ledger', 'witness', '--key', key, '--state', state, '--policy', logs, stdin=body)
        head, _, text = run.out.partition('\n\n')
        return int(head.split(' ')[1]), head, text, run.code
    ask.key, ask.state, ask.vkey = key, state, run.out.strip()
    return ask


def request_of(ledger, old):
    return ledger('witness', '--old-size', old).out


def test_our_witness_signs_what_extends_what_it_signed(notary, ledger, our):
    fill(notary, 20)
    first = request_of(ledger, 0)
    status, head, text, code = our(first)
    assert (status, code) == (200, 0) and 'Content-Type: text/plain' in head
    key = tlog_verifier.parse_key(our.vkey, kind=4)
    note = first.partition('\n\n')[2]
    assert tlog_verifier.cosigned_at(note + text, key) >= START - 1
    fill(notary, 20)
    assert our(request_of(ledger, 20))[0] == 200
    assert our(request_of(ledger, 40))[0] == 200
    status, head, text, code = our(first)
    assert (status, text, code) == (409, '40\n', 1) and 'Content-Type: text/x.tlog.size' in head
    twisted = request_of(ledger, 40).replace('old 40', 'old 41')
    assert our(twisted)[0] == 400
    assert our(request_of(ledger, 20))[0] == 409
    assert our('')[0] == our('x' * 300000)[0] == 400


def test_a_server_may_count_the_body_instead_of_ending_it(notary, ledger, our, build, tmp_path):
    fill(notary, 20)
    body = request_of(ledger, 0).encode()
    command = [build / 'bin' / 'gabion', 'ledger', 'witness', '--key', our.key, '--state', our.state, '--policy',
               tmp_path / 'logs']
    for length, sent, status in ((len(body), body + b'more', 200), (len(body) + 1, body, 400), (2**63, b'', 400)):
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              env={**os.environ, 'CONTENT_LENGTH': str(length)}) as process:
            process.stdin.write(sent)
            process.stdin.flush()
            if len(sent) < length:
                process.stdin.close()
            assert process.stdout.readline() == {200: b'Status: 200 OK\n', 400: b'Status: 400 Bad Request\n'}[status]
            process.stdout.read()


def test_our_witness_refuses_strangers_and_forgeries(notary, ledger, our, gabion, build, tmp_path):
    fill(notary, 20)
    assert our(request_of(ledger, 0))[0] == 200
    fill(notary, 20)
    lines = request_of(ledger, 20).split('\n')
    lines[1] = base64.b64encode(b'x' * 32).decode()
    assert our('\n'.join(lines))[::3] == (422, 1)
    for name, status in ((ORIGIN, 403), ('gabion.test/other', 404)):
        made = tmp_path / name.replace('/', '-')
        gabion('ledger', 'init', '--ledger', made, '--key', f'{made}.key', '--origin', name)
        body = gabion('ledger', 'witness', '--ledger', made, '--old-size', '0').out
        assert our(body)[0] == status


def test_of_many_that_ask_at_once_one_is_signed(notary, ledger, our):
    fill(notary, 20)
    first = request_of(ledger, 0)
    fill(notary, 20)
    second, answers = request_of(ledger, 0), []
    threads = [threading.Thread(target=lambda body=body: answers.append(our(body)[0]))
               for body in (first, second) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = int(our.state.read_text().split(' ')[0])
    # One size is cosigned (asked again it is a conflict, for the old size is no longer 0).
    assert sorted(answers) == [200] + [409] * 7 and held in (20, 40)


def test_our_witness_without_its_memory_signs_nothing(notary, ledger, our, gabion):
    fill(notary, 20)
    body = request_of(ledger, 0)
    assert our(body)[0] == 200
    for damage in ('', 'x', '20 AAAA gabion.test/log\n'):
        saved = our.state.read_text()
        if damage:
            our.state.write_text(damage)
        else:
            our.state.unlink()
        status, _, text, code = our(body)
        assert (status, text, code) == (500, 'the witness failed\n', 3)
        our.state.write_text(saved)
    our.key.chmod(0o440)
    assert our(body)[0] == 500
    run = gabion('ledger', 'witness', '--origin', 'again', '--key', f'{our.key}2', '--state', our.state)
    assert run.code == 3 and not os.path.exists(f'{our.key}2')


@pytest.mark.parametrize('arguments', [
    [], ['--key', 'k'], ['--state', 's'], ['--key', 'k', '--state', 's'], ['request'], ['--policy', 'p', 'request'],
])
def test_unclear_wishes_are_invalid(gabion, arguments):
    assert gabion('ledger', 'witness', *arguments).code == 2


def test_an_archive_keeps_what_witnesses_have_signed(notary, ledger, gabion, policy, tmp_path):
    fill(notary, 700)
    assert ledger('witness', '--policy', policy).code == 0
    fill(notary, 10)
    run = ledger('archive', '--to', tmp_path / 'archive', '--notary', notary.socket, '--before', '256', '--force')
    assert run.code == 0, run.err
    run = gabion('ledger', 'verify', '--ledger', tmp_path / 'archive', '--policy', policy)
    assert run.code == 0, run.err
    assert 'witnessed: the first 700 records, by w1, w2, w3' in run.out
