# SPDX-License-Identifier: Apache-2.0
"""The ledger from outside: its notary, its commands, and a verifier that shares no code with them."""
import json
import os
import random
import shutil
import subprocess
import threading

import pytest

import tlog_verifier
from notary import APPEND, HELLO, ITEM, REQUEST, Client, Notary, Refused, records_of

CRASHES = int(os.environ.get('GABION_CRASHES') or 100)
CRASHES_SANITIZED = 20
PRODUCER = b'one of the tests'


@pytest.fixture
def ledger(gabion, notary):
    def call(*arguments, **more):
        return gabion('ledger', *arguments, '--ledger', notary.ledger, **more)
    return call


def test_what_is_acknowledged_is_verified_by_both_verifiers(notary, ledger):
    client = notary.client(PRODUCER)
    for number in range(300):
        answer = client.append(b'record %d' % number)
        assert (answer.first, answer.appended) == (number, 1)
    answer = client.ask(3)
    assert answer.published == 300
    assert records_of(notary) == [b'record %d' % number for number in range(300)]
    run = ledger('verify', '--trust', notary.verifier_key)
    assert (run.code, run.out) == (0, 'verified: 300 records of gabion.test/log are what was signed\n')


def test_a_resent_record_is_there_once_and_a_skipped_number_is_a_record(notary):
    client = notary.client(PRODUCER)
    client.append(b'first', b'second')
    assert client.append(b'first', b'second', b'third', sequence=1).appended == 1
    answer = client.append(b'sixth', sequence=6)
    assert (answer.first, answer.appended, answer.last) == (4, 1, 6)
    assert notary.stop()[0] == 0
    *records, gap, last = records_of(notary)
    assert records == [b'first', b'second', b'third'] and last == b'sixth'
    gap = json.loads(gap)
    assert gap['type'] == 'gap' and gap['gap'] == {'first': 4, 'last': 5, 'producer': PRODUCER.hex()}


def test_two_connections_cannot_speak_for_one_producer(notary):
    first = notary.client(PRODUCER)
    with pytest.raises(Refused, match='another connection speaks for this producer'):
        notary.client(PRODUCER)
    first.close()


@pytest.mark.parametrize('message', [
    b'', b'x', b'\xff' * 31, REQUEST.pack(99, 0, 0, PRODUCER), REQUEST.pack(APPEND, 0, 1, PRODUCER),
    REQUEST.pack(APPEND, 1, 1, PRODUCER) + ITEM.pack(2**31, 0),
    REQUEST.pack(APPEND, 2**31, 1, PRODUCER) + ITEM.pack(25, 0) + b'x' * 25,
    REQUEST.pack(APPEND, 1, 1, PRODUCER) + ITEM.pack(25, 0) + b'x' * 26,
    REQUEST.pack(APPEND, 1, 1, PRODUCER) + ITEM.pack(24, 0) + PRODUCER + b'\1' + b'\0' * 7,
    REQUEST.pack(APPEND, 1, 0, PRODUCER) + ITEM.pack(25, 0) + PRODUCER + b'\0' * 8 + b'x',
    REQUEST.pack(APPEND, 1, 1, PRODUCER) + ITEM.pack(25, 0) + b'another producer' + b'\1' + b'\0' * 7 + b'x',
], ids=range(11))
def test_a_malformed_request_is_refused_and_harms_nobody_else(notary, message):
    other = notary.client(b'the well-behaved')
    client = notary.client(PRODUCER)
    client.socket.send(message)
    try:
        with pytest.raises((Refused, ConnectionResetError)):
            client.answer()
            client.answer()
    finally:
        client.close()
    assert other.append(b'still here').appended == 1
    assert notary.stop()[0] == 0
    assert records_of(notary) == [b'still here']


def test_a_proof_convinces_without_the_ledger(notary, ledger, gabion, tmp_path):
    client = notary.client(PRODUCER)
    client.append(*(b'{"number":%d}' % number for number in range(700)))
    client.ask(3)
    record, proof = tmp_path / 'record', tmp_path / 'proof'
    record.write_text(ledger('show', '513', '-o', 'json').out)
    proof.write_text(ledger('prove', '513').out)
    run = gabion('ledger', 'verify', '--proof', proof, '--record', record, '--trust', notary.verifier_key)
    assert (run.code, run.out) == (0, 'verified: record 513 of gabion.test/log\n')
    run = gabion('ledger', 'verify', '--proof', proof, '--record', record, '--trust', notary.verifier_key, '-o', 'json')
    assert run.code == 0 and json.loads(run.out)['kind'] == 'ProofVerification'
    assert json.loads(run.out)['record'] == 513
    run = gabion('ledger', 'verify', '--proof', proof, '--record', record, '--trust', 'no key')
    assert run.code == 3
    assert tlog_verifier.verify_proof(proof.read_text(), b'{"number":513}', notary.verifier_key) == 513
    record.write_text('{"number":514}')
    run = gabion('ledger', 'verify', '--proof', proof, '--record', record, '--trust', notary.verifier_key)
    assert run.code == 1 and 'is not number 513' in run.err


def test_an_altered_byte_is_named(notary, ledger):
    notary.client(PRODUCER).append(*(b'record %d' % number for number in range(300)))
    assert notary.stop()[0] == 0
    bundle = notary.ledger / 'tile' / 'entries' / '001.p' / '44'
    bundle.chmod(0o644)
    data = bytearray(bundle.read_bytes())
    data[5] ^= 1
    bundle.write_bytes(data)
    run = ledger('verify')
    assert run.code == 1
    assert '--> tile/entries/001.p/44, byte 0 (record 256)' in run.out
    with pytest.raises(tlog_verifier.Invalid):
        records_of(notary)
    with pytest.raises(RuntimeError, match='record 256 is not the one that was signed'):
        notary.start()


def test_a_ledger_that_was_rewritten_whole_is_not_what_was_signed(notary, gabion, build, tmp_path):
    notary.client(PRODUCER).append(b'what happened')
    notary.stop()
    (tmp_path / 'elsewhere').mkdir()
    forged = Notary(build / 'bin', tmp_path / 'elsewhere')
    forged.start()
    forged.client(PRODUCER).append(b'what is told instead')
    forged.stop()
    run = gabion('ledger', 'verify', '--ledger', forged.ledger, '--trust', notary.verifier_key)
    assert run.code == 3 and 'is not signed by key' in run.err


@pytest.mark.parametrize('mode', [0o644, 0o440, 0o660])
def test_a_key_that_others_can_read_is_refused(notary, mode):
    notary.stop()
    notary.key.chmod(mode)
    with pytest.raises(RuntimeError, match='can be read or changed by others'):
        notary.start()


def test_there_is_one_notary_for_a_ledger(notary, build, tmp_path):
    second = subprocess.run([build / 'bin' / 'gabion-notary', '--ledger', notary.ledger, '--socket',
                             tmp_path / 'second', '--key', notary.key], capture_output=True, text=True, check=False)
    assert second.returncode == 1 and 'another process is writing' in second.stderr


def test_decisions_are_recorded_and_wait_in_a_spool_while_the_notary_is_away(notary, gabion, tmp_path):
    pod = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s"}, "spec": {"hostNetwork": true, ' \
          '"containers": [{"name": "c", "image": "i", "env": [{"name": "DB_PASSWORD", "value": "hunter22"}]}]}}'
    state = {'XDG_STATE_HOME': str(tmp_path / 'state')}

    def check(name):
        return gabion('check', '-', '--evidence', notary.socket, stdin=pod % name, env=state)
    assert check('one').code == 1
    notary.stop()
    away = check('two')
    assert away.code == 1 and '2 records wait in the spool' in away.err
    notary.start()
    back = check('three')
    assert back.code == 1 and 'earlier ones from the spool among them' in back.err
    notary.stop()
    records = [json.loads(record) for record in records_of(notary)]
    records = [record for record in records if record['type'] == 'decision']
    assert [record['subject']['name'] for record in records] == ['one', 'three', 'two']
    assert all(record['verdict'] == 'deny' and record['reasons'] for record in records)
    assert all(b'hunter22' not in record for record in records_of(notary))


def test_a_long_spool_arrives_whole_in_order_and_once_even_at_a_ledger_that_was_restored(notary, ledger, tmp_path):
    state = {'XDG_STATE_HOME': str(tmp_path / 'state')}
    notes, last = tmp_path / 'notes', tmp_path / 'last'
    notes.write_text(''.join('{"number": %d, "text": "%s"}\n' % (n, 'x' * (n * 37 % 900)) for n in range(3000)))
    last.write_text('{"number": 3000}')

    def append(*files):
        run = notary.programs / 'gabion', 'ledger', 'append', '--notary', notary.socket, *files
        return subprocess.run(run, env={**os.environ, **state}, capture_output=True, text=True, check=False).stderr

    def numbers():
        assert notary.stop()[0] == 0
        return [json.loads(record)['note']['number'] for record in records_of(notary)]
    empty = tmp_path / 'empty'
    assert notary.stop()[0] == 0
    shutil.copytree(notary.ledger, empty)
    assert '3000 records wait in the spool' in append(notes)
    notary.start()
    assert '3001 records are in the ledger' in append(last)
    assert numbers() == [3000, *range(3000)]
    shutil.rmtree(notary.ledger)
    empty.rename(notary.ledger)
    notary.start()
    assert '3001 records are in the ledger' in append(last)
    assert numbers() == [3000, *range(3000)]


class Producer(threading.Thread):
    """Appends until the notary dies; remembers what was acknowledged."""

    def __init__(self, path, name):
        super().__init__(daemon=True)
        self.path, self.name_, self.acknowledged = path, name, 0

    def run(self):
        try:
            client = Client(self.path, self.name_)
            while True:
                first = client.last + 1
                client.append(*(b'%s %d' % (self.name_, n) for n in range(first, first + random.randint(1, 40))))
                self.acknowledged = client.last
        except (OSError, ConnectionResetError, Refused):
            pass


def test_nothing_acknowledged_is_lost_when_the_notary_is_killed_at_any_moment(notary, sanitized):
    names = [b'producer %7d' % number for number in range(4)]
    acknowledged = dict.fromkeys(names, 0)
    for _ in range(CRASHES_SANITIZED if sanitized else CRASHES):
        producers = [Producer(notary.socket, name) for name in names]
        for producer in producers:
            producer.start()
        threading.Event().wait(random.uniform(0.002, 0.06))
        notary.kill()
        for producer in producers:
            producer.join()
            acknowledged[producer.name_] = max(acknowledged[producer.name_], producer.acknowledged)
        notary.start()
        for name in names:
            client = notary.client(name)
            assert client.last >= acknowledged[name], 'an acknowledged record is gone'
            client.close()
    assert notary.stop()[0] == 0
    seen = dict.fromkeys(names, 0)
    for record in records_of(notary):
        name, number = record[:16], int(record[17:])
        assert number == seen[name] + 1, 'a record is twice there, or out of order'
        seen[name] = number
    assert all(seen[name] >= acknowledged[name] for name in names)
    assert sum(seen.values()) > 0


def test_hello_tells_a_returning_producer_how_far_it_came(notary):
    client = notary.client(PRODUCER)
    client.append(b'one', b'two')
    client.close()
    notary.kill()
    notary.start()
    client = notary.client(PRODUCER)
    assert client.last == 2 and client.ask(HELLO).last == 2


def test_bytes_that_are_no_record_hide_nothing_and_forge_no_line(notary, ledger):
    client = notary.client(PRODUCER)
    client.append(b'\x1b[31mred\n{"forged":true}', b'5', b'{"type":"note"}')
    client.ask(3)
    client.close()
    run = ledger('tail')
    assert run.code == 0 and '\x1b' not in run.out
    assert [line.split()[0] for line in run.out.splitlines()] == ['0', '1', '2']
    run = ledger('tail', '-o', 'json')
    lines = [json.loads(line) for line in run.out.splitlines()]
    assert run.code == 0 and lines == [{'bytes': '\x1b[31mred\n{"forged":true}'}, 5, {'type': 'note'}]
