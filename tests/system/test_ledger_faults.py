# SPDX-License-Identifier: Apache-2.0
"""A disk that fails, and files that are not what was written: told by name, never repaired by guessing."""
import errno
import os
import pathlib
import random
import shutil
import struct
import subprocess

import pytest

from notary import Notary, Refused, records_of

PRODUCER = b'one of the tests'
# struct fault of tests/fault.h
FAULT = struct.Struct('=IiQQQQ')
WRITE, SYNC, NAME, OPEN = 1, 2, 4, 8


class Disk:
    """A file that tells the preloaded fault.so when to fail; it may change at any time."""

    def __init__(self, path):
        self.path = path
        self.plan()

    def plan(self, calls=0, error=0, at=1, stays=1):
        self.path.write_bytes(FAULT.pack(calls, error, at, stays, 0, 0))

    def failed(self):
        return FAULT.unpack(self.path.read_bytes())[5]


@pytest.fixture
def disk(build, tmp_path, monkeypatch, sanitized):
    library = build / 'tests' / 'fault.so'
    if not library.exists():
        pytest.skip('fault.so is not built')
    if sanitized:
        pytest.skip('a sanitized program takes no preloaded library before its own')
    disk = Disk(tmp_path / 'fault')
    monkeypatch.setenv('LD_PRELOAD', str(library))
    monkeypatch.setenv('GABION_FAULT', str(disk.path))
    return disk


@pytest.fixture
def failing(disk, build, tmp_path):
    """A notary on that disk."""
    notary = Notary(build / 'bin', tmp_path)
    notary.start()
    yield notary
    if notary.process.poll() is None:
        notary.kill()


def end_of(notary):
    """The exit code of a notary that ends by itself, and what it said."""
    code = notary.process.wait(timeout=30)
    words = notary.process.stderr.read().decode()
    notary.process.stderr.close()
    return code, words


@pytest.mark.parametrize('error', [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT],
                         ids=lambda e: errno.errorcode[e])
@pytest.mark.parametrize('calls', [WRITE, SYNC, NAME, OPEN], ids=['write', 'sync', 'name', 'open'])
def test_a_failing_disk_ends_the_notary_with_its_cause_and_loses_nothing(failing, disk, calls, error):
    client = failing.client(PRODUCER)
    client.append(b'before')
    client.ask(3)
    disk.plan(calls, error)
    acknowledged = 1
    with pytest.raises((Refused, ConnectionError)) as told:
        for number in range(2000):
            client.append(b'record %d' % number)
            acknowledged += 1
            client.ask(3)
    cause = os.strerror(error)
    code, words = end_of(failing)
    assert code == 1 and cause in words and '\n  fix: ' in words, words
    assert told.type is not Refused or cause in str(told.value)
    disk.plan()
    failing.start()
    returning = failing.client(PRODUCER)
    assert returning.last >= acknowledged
    assert returning.append(b'after').appended == 1
    assert failing.stop()[0] == 0
    records = records_of(failing)
    assert records[:acknowledged] == [b'before', *(b'record %d' % n for n in range(acknowledged - 1))]
    assert records[-1] == b'after'


def test_who_waits_for_a_failing_ledger_is_told_why_and_keeps_the_records(failing, disk, gabion, tmp_path):
    pod = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"hostNetwork": true, ' \
          '"containers": [{"name": "c", "image": "i"}]}}'
    state = {'XDG_STATE_HOME': str(tmp_path / 'state')}
    disk.plan(WRITE | SYNC, errno.EIO)
    check = gabion('check', '-', '--evidence', failing.socket, stdin=pod, env=state)
    assert check.code == 1 and 'the notary ended: cannot' in check.err and 'Input/output error' in check.err
    assert 'records wait in the spool' in check.err
    assert end_of(failing)[0] == 1
    disk.plan()
    failing.start()
    again = gabion('check', '-', '--evidence', failing.socket, stdin=pod, env=state)
    assert 'are in the ledger, earlier ones from the spool among them' in again.err
    assert failing.stop()[0] == 0


def test_a_notary_does_not_start_on_a_disk_that_fails(failing, disk):
    failing.client(PRODUCER).append(b'one')
    assert failing.stop()[0] == 0
    for calls, error in [(OPEN, errno.EIO), (OPEN, errno.EROFS), (OPEN, errno.EACCES)]:
        disk.plan(calls, error)
        with pytest.raises(RuntimeError, match=os.strerror(error)):
            failing.start()
    disk.plan()
    failing.start()
    assert failing.client(PRODUCER).last == 1


@pytest.fixture
def stopped(notary):
    """A ledger of a few tiles, with records that are durable and not yet published, and nobody writing it."""
    client = notary.client(PRODUCER)
    for start in range(0, 900, 300):
        client.append(*(b'record %d of the ledger' % number for number in range(start, start + 300)))
    client.ask(3)
    notary.kill()
    return notary


def files_of(ledger):
    return sorted(path.relative_to(ledger) for path in ledger.rglob('*') if path.is_file() and path.name != 'lock')


def needed(path):
    """Whether the ledger of 900 records is told by this file; others are left over from smaller sizes."""
    return path.name not in ('spare', 'lock') and (not path.parent.name.endswith('.p') or
                                                   path.name in ('132', '3'))


def judge(notary, gabion):
    """What verification and a start of the notary say, as (code and words, words or None)."""
    run = gabion('ledger', 'verify', '--ledger', notary.ledger, '--trust', notary.verifier_key)
    try:
        notary.start()
    except RuntimeError as refusal:
        return run, str(refusal)
    notary.kill()
    return run, None


def damage(kind, path, others):
    """Make a file what its writer did not leave; True when that is a difference."""
    data = path.read_bytes()
    path.chmod(0o644)
    if kind == 'flipped':
        at = random.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1:])
    elif kind == 'cut':
        os.truncate(path, random.randrange(len(data)))
    elif kind == 'emptied':
        os.truncate(path, 0)
    elif kind == 'extended':
        path.write_bytes(data + b'\0')
    elif kind == 'swapped':
        other = random.choice([o for o in others if o != path and o.read_bytes() != data])
        path.write_bytes(other.read_bytes())
    else:
        path.unlink()
        if kind == 'linked':
            path.symlink_to('/etc/passwd')
        elif kind == 'a pipe':
            os.mkfifo(path)
        elif kind == 'a folder':
            path.mkdir()


def restore(notary, copy):
    shutil.rmtree(notary.ledger)
    shutil.copytree(copy, notary.ledger)


KINDS = ['flipped', 'cut', 'emptied', 'swapped', 'gone', 'linked', 'a pipe', 'a folder']


@pytest.mark.parametrize('kind', KINDS)
def test_a_published_file_that_is_not_what_was_written_is_named(stopped, gabion, tmp_path, kind):
    copy = tmp_path / 'copy'
    shutil.copytree(stopped.ledger, copy)
    published = [p for p in files_of(copy) if p.parts[0] in ('tile', 'checkpoint') and needed(p)]
    assert len(published) == 10, published
    for path in published:
        for _ in range(3 if kind in ('flipped', 'cut', 'swapped') else 1):
            damage(kind, stopped.ledger / path, [copy / p for p in published])
            run, _ = judge(stopped, gabion)
            assert run.code == (3 if path.name == 'checkpoint' else 1), f'{kind} {path}: {run.out}'
            assert str(path) in run.out + run.err, run.out + run.err
            assert 'fix: ' in run.out + run.err, run.out + run.err
            restore(stopped, copy)
    assert judge(stopped, gabion)[0].code == 0


@pytest.mark.parametrize('kind', KINDS)
def test_a_notary_builds_on_nothing_that_is_not_what_was_written(stopped, gabion, tmp_path, kind):
    copy = tmp_path / 'copy'
    shutil.copytree(stopped.ledger, copy)
    edge = ['checkpoint', 'producers', 'tile/0/003.p/132', 'tile/1/000.p/3', 'tile/entries/003.p/132']
    for name in edge:
        for _ in range(5 if kind in ('flipped', 'cut') else 1):
            damage(kind, stopped.ledger / name, [copy / e for e in edge])
            _, refusal = judge(stopped, gabion)
            assert refusal, f'{kind} {name} was not noticed'
            assert name in refusal or 'the tiles do not have the root' in refusal, refusal
            assert 'fix: ' in refusal, refusal
            restore(stopped, copy)
    assert judge(stopped, gabion)[1] is None


@pytest.mark.parametrize('kind', ['cut', 'emptied', 'gone', 'linked', 'a pipe', 'a folder'])
def test_a_journal_that_is_not_what_was_written_is_named(stopped, gabion, tmp_path, kind):
    copy = tmp_path / 'copy'
    shutil.copytree(stopped.ledger, copy)
    segment, = [path for path in files_of(copy) if path.parts[0] == 'journal' and path.name != 'spare']
    damage(kind, stopped.ledger / segment, [])
    _, refusal = judge(stopped, gabion)
    assert refusal and (segment.name in refusal or 'journal' in refusal), refusal
    restore(stopped, copy)
    assert judge(stopped, gabion)[1] is None


def test_a_byte_of_the_journal_that_was_acknowledged_is_missed_wherever_it_lies(stopped, gabion, tmp_path):
    copy = tmp_path / 'copy'
    shutil.copytree(stopped.ledger, copy)
    segment, = [path for path in files_of(copy) if path.parts[0] == 'journal' and path.name != 'spare']
    data = (copy / segment).read_bytes()
    used = len(data.rstrip(b'\0'))
    for _ in range(40):
        at = random.randrange(used)
        if not data[at]:
            continue  # padding, or a byte that is zero: no frame depends on what pads it
        (stopped.ledger / segment).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
        _, refusal = judge(stopped, gabion)
        assert refusal and 'is damaged at byte' in refusal and 'fix: ' in refusal, f'byte {at}: {refusal}'
    restore(stopped, copy)
    assert judge(stopped, gabion)[1] is None
