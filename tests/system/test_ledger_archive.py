# SPDX-License-Identifier: Apache-2.0
"""Retention: what is archived is provable, what remains is provable, and no crash loses a record."""
import json
import os
import random
import shutil
import socket
import subprocess
import threading

import pytest

import tlog_verifier
from notary import HELLO, ORIGIN, PRUNE, REQUEST, Client, Refused, records_of

PRODUCER = b'one of the tests'
OLD, NEW = '2020-01-02T03:04:05.000000006Z', '2999-01-02T03:04:05.000000006Z'
CRASHES = 60  # each turn reads all records anew


def record(number, time=OLD):
    return b'{"number":%d,"time":"%s"}' % (number, time.encode())


def fill(notary, first, last, time=OLD):
    client = notary.client(PRODUCER)
    for start in range(first, last, 500):
        client.append(*(record(n, time) for n in range(start, min(start + 500, last))))
    client.ask(3)
    client.close()


@pytest.fixture
def ledger(gabion, notary):
    def call(*arguments, folder=None, **more):
        return gabion('ledger', *arguments, '--ledger', folder or notary.ledger, **more)
    return call


@pytest.fixture
def archive(ledger, notary, tmp_path):
    def call(*arguments, to='archive', **more):
        return ledger('archive', '--to', tmp_path / to, '--notary', notary.socket, *arguments, **more)
    return call


def read_archive(notary, folder):
    return tlog_verifier.read_log(folder, notary.verifier_key)


def bundles(folder):
    return sorted(p.name for p in (folder / 'tile' / 'entries').iterdir() if p.is_file())


def wait_for(condition):
    for _ in range(500):
        if condition():
            return
        threading.Event().wait(0.02)
    raise AssertionError('it did not come to pass')


def test_old_records_move_and_both_parts_are_proven(notary, ledger, archive, gabion, tmp_path):
    fill(notary, 0, 900)
    fill(notary, 900, 1000, NEW)
    run = archive()
    assert (run.code, run.err) == (0, '')
    assert run.out == f'archived: records 0 to 767, verified in {tmp_path}/archive\npruned: record 1000 says so\n'
    wait_for(lambda: bundles(notary.ledger) == [])
    run = ledger('verify', '--trust', notary.verifier_key)
    assert run.code == 0
    assert run.out.startswith(f'verified: records 768 to 1000 of the 1001 records of {ORIGIN} are what was signed\n')
    assert 'the records before 768 were pruned, as record 1000 says' in run.out
    run = ledger('verify', '--trust', notary.verifier_key, folder=tmp_path / 'archive')
    assert (run.code, run.out) == (
        0, f'verified: records 0 to 767 of the 1000 records of {ORIGIN} are what was signed\n')
    *kept, pruning = records_of(notary)
    assert read_archive(notary, tmp_path / 'archive') + kept == \
        [record(n, OLD if n < 900 else NEW) for n in range(1000)]
    assert json.loads(pruning)['prune'] == {'archive': f'{tmp_path}/archive', 'first': 0, 'minimum': 768,
                                            'forced': False, 'user': str(os.getuid())}
    for number, folder in ((900, notary.ledger), (5, tmp_path / 'archive')):
        text, proof = tmp_path / 'record', tmp_path / 'proof'
        text.write_text(ledger('show', number, '-o', 'json', folder=folder).out)
        proof.write_text(ledger('prove', number, folder=folder).out)
        run = gabion('ledger', 'verify', '--proof', proof, '--record', text, '--trust', notary.verifier_key)
        assert (run.code, run.out) == (0, f'verified: record {number} of {ORIGIN}\n')
        assert tlog_verifier.verify_proof(proof.read_text(), text.read_bytes()[:-1], notary.verifier_key) == number


@pytest.mark.parametrize('command', ['show', 'prove'])
def test_a_pruned_record_says_where_it_went(notary, ledger, archive, tmp_path, command):
    fill(notary, 0, 300)
    assert archive().code == 0
    run = ledger(command, '7')
    assert run.code == 3 and 'record 7 was pruned: this ledger keeps those from 256 on' in run.err
    assert f'record 300 says where it went: --ledger {tmp_path}/archive' in run.err
    run = ledger(command, '260', folder=tmp_path / 'archive')
    assert run.code == 3 and 'record 260 is not in this archive, which holds 0 to 255' in run.err


def test_the_figures_are_those_of_the_records_that_are_left(notary, archive, gabion):
    fill(notary, 0, 300)
    assert archive().code == 0
    run = gabion('metrics', '--ledger', notary.ledger)
    assert run.code == 0 and run.err == ''


def test_young_records_stay_unless_forced_and_force_is_recorded(notary, archive, ledger, root, schema_errors):
    fill(notary, 0, 600, NEW)
    run = archive()
    assert (run.code, run.out) == (0, 'nothing to archive: no whole bundle of 256 records is old enough\n')
    for words in (['--older-than', '30'], ['--before', '512']):
        run = archive(*words)
        assert run.code == 2 and '--force' in run.err
    assert archive('--before', '600', '--force').code == 0
    pruning = json.loads(ledger('show', '600', '-o', 'json').out)
    assert pruning['prune']['forced'] and pruning['prune']['minimum'] == 512
    schema = json.loads((root / 'docs' / 'schema' / 'record.schema.json').read_text())
    assert schema_errors(pruning, schema) == []


def test_an_archive_is_continued_and_nothing_else_is(notary, ledger, archive, tmp_path):
    fill(notary, 0, 66000)
    assert archive('--before', '300').code == 0
    assert archive('--before', '65600').code == 0
    assert read_archive(notary, tmp_path / 'archive') == [record(n) for n in range(65536)]
    assert ledger('verify', folder=tmp_path / 'archive').code == 0
    fill(notary, 66000, 66100)
    run = archive('--before', '65900', to='second')
    assert run.code == 0
    assert read_archive(notary, tmp_path / 'second') == [record(n) for n in range(65536, 65792)]
    fill(notary, 66100, 67000)
    run = archive('--force', '--before', '66900')
    assert run.code == 3 and 'they do not meet' in run.err
    (tmp_path / 'foreign').mkdir()
    (tmp_path / 'foreign' / 'photo').touch()
    assert 'is not empty' in archive('--force', '--before', '66900', to='foreign').err
    assert 'is a ledger itself' in archive('--force', '--before', '66900', to='ledger').err
    assert notary.stop()[0] == 0
    notary.start()
    assert ledger('verify').code == 0


def test_records_that_are_missing_without_a_record_of_it_are_noticed(notary, ledger, tmp_path):
    fill(notary, 0, 700)
    (notary.ledger / 'minimum').write_text('minimum 512\nrecord 699\n')
    for index in ('000', '001'):
        for level in ('entries', '0'):
            (notary.ledger / 'tile' / level / index).unlink()
    run = ledger('verify')
    assert run.code == 1 and 'no record says that they were pruned' in run.out
    with pytest.raises(tlog_verifier.Invalid, match='no record says'):
        records_of(notary)
    for text in ('', 'minimum 511\nrecord 699\n', 'minimum 512\nrecord 5\n', 'minimum 0512\nrecord 699\n',
                 'minimum 512\nrecord 700\n', 'minimum 512\nrecord 699\n\n', 'minimum 512 record 699\n'):
        (notary.ledger / 'minimum').write_text(text)
        run = ledger('verify')
        assert run.code == 3 and "'minimum' does not say" in run.err


def test_an_altered_record_is_not_archived(notary, archive):
    fill(notary, 0, 700)
    bundle = notary.ledger / 'tile' / 'entries' / '000'
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b'"number":7,', b'"number":8,'))
    run = archive()
    assert run.code == 3 and 'so nothing is pruned' in run.err
    assert bundles(notary.ledger) == ['000', '001']


def test_without_a_notary_the_archive_is_whole_and_the_ledger_as_well(notary, archive, ledger, tmp_path):
    fill(notary, 0, 700)
    notary.stop()
    run = archive()
    assert run.code == 3 and 'start the notary and run this again' in run.err
    assert ledger('verify').code == ledger('verify', folder=tmp_path / 'archive').code == 0
    notary.start()
    assert archive().code == 0


@pytest.mark.parametrize('minimum,where,words', [
    (100, b'x', 'multiple of 256'), (0, b'x', 'multiple of 256'), (512, b'x', 'multiple of 256'),
    (2**64 - 256, b'x', 'multiple of 256'), (256, b'', 'UTF-8'), (256, b'\xff', 'UTF-8'), (256, b'x' * 1025, 'UTF-8'),
])
def test_what_cannot_be_pruned_is_refused(notary, minimum, where, words):
    fill(notary, 0, 300)
    client = notary.client(PRODUCER)
    with pytest.raises(Refused, match=words):
        client.ask(PRUNE, 0, minimum, where)
    assert client.append(record(300)).appended == 1


def test_only_root_and_the_notarys_user_may_prune(notary, tmp_path):
    if os.getuid() != 0:
        pytest.skip('another user can be played by root alone')
    notary.stop()
    notary.options = ['--allow-uid', '65534']
    notary.start()
    fill(notary, 0, 300)
    tmp_path.chmod(0o711)
    here = os.open(tmp_path, os.O_PATH)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.fchdir(here)
        os.setuid(65534)
        asking = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        asking.connect('socket')
        asking.send(REQUEST.pack(HELLO, 0, 0, PRODUCER))
        asking.recv(1000)
        asking.send(REQUEST.pack(PRUNE, 0, 256, PRODUCER) + b'/somewhere')
        os.write(writing, asking.recv(1000))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert b'only root and the notary' in os.read(reading, 1000)
    for fd in (here, reading, writing):
        os.close(fd)
    assert not (notary.ledger / 'minimum').exists()


def test_a_crash_between_any_two_steps_loses_no_record(notary, build, archive, ledger, tmp_path, sanitized):
    """Kills the command or the notary at random moments; what is archived and what is left make up all records."""
    written, where = 0, tmp_path / 'archive'
    for turn in range(10 if sanitized else CRASHES):
        fill(notary, written, written + 256)
        written += 256
        command = subprocess.Popen(
            [build / 'bin' / 'gabion', 'ledger', 'archive', '--to', where, '--notary', notary.socket, '--ledger',
             notary.ledger, '--force', '--before', str(written)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        threading.Event().wait(random.uniform(0, 0.05))
        victim = turn % 3
        if victim != 0:
            command.kill()
        if victim != 1:
            notary.kill()
            notary.start()
        command.wait()
        for _ in range(2):
            fill(notary, written, written)  # what is under way comes to its end
        kept = {json.loads(entry).get('number') for entry in records_of(notary)}
        archived = {json.loads(entry).get('number') for entry in read_archive(notary, where)} \
            if (where / 'archive').exists() else set()
        assert kept | archived >= set(range(written)), 'a record is gone'
    run = archive('--force', '--before', str(written))
    assert run.code == 0, run.err
    assert notary.stop()[0] == 0
    notary.start()
    assert ledger('verify').code == ledger('verify', folder=where).code == 0
    assert not [name for name in bundles(notary.ledger) if int(name) < written // 256 - 1], 'files were left behind'


def test_a_ledger_that_was_copied_while_pruned_opens_again(notary, archive, tmp_path):
    fill(notary, 0, 1000)
    assert archive('--before', '512').code == 0
    notary.stop()
    shutil.copytree(notary.ledger, tmp_path / 'copy')
    notary.ledger = tmp_path / 'copy'
    notary.start()
    fill(notary, 1000, 1100)
    client = Client(notary.socket, b'another producer')
    assert client.append(b'{}').appended == 1
    assert notary.stop()[0] == 0
    assert len(records_of(notary)) == 1102 - 512


def test_who_may_not_connect_is_told(notary, build, tmp_path):
    if os.getuid() != 0:
        pytest.skip('another user can be played by root alone')
    tmp_path.chmod(0o711)
    (tmp_path / 'note').write_text('{"number": 1}')
    run = subprocess.run([build / 'bin' / 'gabion', 'ledger', 'append', '--notary', 'socket', 'note'],
                         cwd=tmp_path, user=65534, group=65534, extra_groups=[], env={'HOME': '/nonexistent'},
                         stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert run.returncode == 3
    assert 'user 65534 may not connect, unless it is started with --allow-uid 65534' in run.stderr
    assert '1 records are LOST' in run.stderr


def test_a_record_of_an_earlier_archive_is_not_looked_for_in_the_last(notary, ledger, archive):
    fill(notary, 0, 600)
    assert archive('--before', '256', to='first').code == 0
    assert archive('--before', '512', to='second').code == 0
    assert '--ledger' in ledger('show', '300').err
    run = ledger('show', '7')
    assert run.code == 3 and 'it went before record 601 moved those from 256 on' in run.err
