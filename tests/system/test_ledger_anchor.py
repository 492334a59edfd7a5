# SPDX-License-Identifier: Apache-2.0
"""What the notary notices from outside its ledger: an old copy put back, and a clock that was set."""
import datetime
import json
import mmap
import os
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile
import threading

import pytest

from notary import Client, records_of

PRODUCER = b'one of the tests'
CRASHES = 30

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

static const volatile long long *shift_s;

__attribute__((constructor)) static void load(void)
{
	int fd = open(getenv("CLOCK_SHIFT"), O_RDONLY);
	shift_s = mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
	int result = real(clock, now);
	if (clock == CLOCK_REALTIME)
		now->tv_sec += *shift_s;
	return result;
}
"""


def moment(record, member):
    return datetime.datetime.fromisoformat(record['clock'][member][:26] + '+00:00').timestamp()


def fill(notary, count):
    client = notary.client(PRODUCER)
    client.append(*(b'record %d' % (client.last + number) for number in range(count)))
    client.ask(3)
    client.close()


def with_anchor(notary, path):
    notary.stop()
    notary.options = ['--anchor', str(path)]
    notary.start()


def words_of_failure(notary):
    with pytest.raises(RuntimeError) as failure:
        notary.start()
    return str(failure.value)


@pytest.fixture
def anchor():
    """On another file system than the ledger."""
    folder = pathlib.Path(tempfile.mkdtemp(dir='/dev/shm'))
    yield folder / 'anchor'
    shutil.rmtree(folder)


@pytest.fixture
def snapshot(notary, tmp_path):
    """Of the ledger as it is; calling the result puts it back."""
    def take(name):
        notary.stop()
        shutil.copytree(notary.ledger, tmp_path / name)
        notary.start()

        def put_back():
            shutil.rmtree(notary.ledger)
            shutil.copytree(tmp_path / name, notary.ledger)
        return put_back
    return take


def test_the_anchor_follows_every_checkpoint(notary, anchor):
    with_anchor(notary, anchor)
    assert anchor.read_text() == (notary.ledger / 'checkpoint').read_text()
    for count in (1, 300):
        fill(notary, count)
        assert anchor.read_text() == (notary.ledger / 'checkpoint').read_text()
    code, words = notary.stop()
    assert code == 0 and 'own disk' not in words
    notary.start()


def test_an_old_copy_is_refused_with_both_sizes(notary, anchor, snapshot):
    with_anchor(notary, anchor)
    fill(notary, 300)
    put_back = snapshot('old')
    fill(notary, 400)
    notary.stop()
    put_back()
    words = words_of_failure(notary)
    assert 'the ledger has 300 records' in words and 'remembers 700' in words and 'fix: ' in words
    assert json.loads('700') == int(anchor.read_text().split('\n')[1]), 'the anchor was not touched'


def test_another_history_is_refused(notary, anchor, snapshot):
    with_anchor(notary, anchor)
    fill(notary, 300)
    put_back = snapshot('old')
    fill(notary, 100)
    notary.stop()
    put_back()
    notary.options = []
    notary.start()
    client = Client(notary.socket, b'another producer')
    client.append(*(b'other %d' % number for number in range(500)))
    client.ask(3)
    notary.stop()
    notary.options = ['--anchor', str(anchor)]
    assert 'is not an extension of the 400 that the anchor' in words_of_failure(notary)


def test_an_anchor_that_is_missing_or_damaged_is_refused(notary, anchor):
    with_anchor(notary, anchor)
    fill(notary, 10)
    notary.stop()
    good = anchor.read_text()
    anchor.unlink()
    words = words_of_failure(notary)
    assert 'is not there, and the ledger has 10 records' in words and "copy its file 'checkpoint' there" in words
    lines = good.split('\n')
    for damage in ('', 'x', good[:-2], '\n'.join([lines[0], '9', *lines[2:]]), 'x' * 5000):
        anchor.write_text(damage)
        assert 'listening' not in words_of_failure(notary)
    anchor.write_text(good)
    notary.start()
    notary.stop()
    notary.options = ['--anchor', '/nowhere/anchor']
    assert "open the anchor's folder '/nowhere'" in words_of_failure(notary)
    notary.options = ['--anchor', '/dev/shm/']
    assert 'cannot be the name of an anchor' in words_of_failure(notary)


def test_a_ledger_without_an_anchor_gets_one_by_hand(notary, anchor):
    fill(notary, 10)
    shutil.copy(notary.ledger / 'checkpoint', anchor)
    with_anchor(notary, anchor)
    fill(notary, 10)
    assert anchor.read_text().split('\n')[1] == '20'


def test_an_anchor_on_the_ledgers_own_disk_is_said(notary, tmp_path):
    with_anchor(notary, tmp_path / 'anchor')
    assert "lies on the ledger's own disk" in notary.said


def test_a_notary_killed_at_any_moment_starts_again_with_its_anchor(notary, anchor, sanitized):
    with_anchor(notary, anchor)
    for _ in range(5 if sanitized else CRASHES):
        client = notary.client(PRODUCER)
        stop = threading.Timer(random.uniform(0, 0.03), notary.process.kill)
        stop.start()
        try:
            while True:
                client.append(b'x')
                client.ask(3)
        except (OSError, ConnectionResetError):
            pass
        stop.join()
        notary.kill()
        notary.start()
        client.close()


def test_an_anchor_that_cannot_be_written_stops_the_notary(notary, anchor):
    with_anchor(notary, anchor)
    shutil.rmtree(anchor.parent)
    client = notary.client(PRODUCER)
    client.append(b'x')
    assert notary.process.wait(timeout=20) == 1
    assert b'anchor' in notary.process.stderr.read()
    anchor.parent.mkdir()
    notary.process.stderr.close()


@pytest.fixture
def clock(notary, tmp_path, sanitized):
    """shift(seconds): sets the notary's wall clock to the machine's plus that."""
    if sanitized:
        pytest.skip('a preloaded library and the sanitizers want to be first, both')
    notary.stop()
    (tmp_path / 'shim.c').write_text(SHIM)
    library, place = tmp_path / 'shim.so', tmp_path / 'shift'
    subprocess.run(['cc', '-shared', '-fPIC', '-o', library, tmp_path / 'shim.c'], check=True)
    place.write_bytes(bytes(8))
    notary.environment = {**os.environ, 'LD_PRELOAD': str(library), 'CLOCK_SHIFT': str(place)}
    notary.start()
    with open(place, 'r+b') as file, mmap.mmap(file.fileno(), 8) as shared:
        yield lambda seconds: shared.__setitem__(slice(0, 8), struct.pack('=q', seconds))


def test_a_clock_that_is_set_is_a_record_before_what_it_dates(notary, clock, root, schema_errors):
    schema = json.loads((root / 'docs' / 'schema' / 'record.schema.json').read_text())
    client = notary.client(PRODUCER)
    jumps = (3600, -86400, -86401, 5)
    for number, shift in enumerate(jumps):
        clock(shift)
        client.append(b'record %d' % number)
    assert notary.stop()[0] == 0
    records = records_of(notary)
    told = [json.loads(record) for record in records if record.startswith(b'{')]
    assert [round(moment(record, 'found') - moment(record, 'expected')) for record in told] == [3600, -90000, 86405]
    assert all(record['time'] == record['clock']['found'] for record in told)
    assert all(schema_errors(record, schema) == [] for record in told)
    assert records[0].startswith(b'{') and records[1] == b'record 0'


def test_a_clock_that_runs_is_no_record(notary, clock):
    client = notary.client(PRODUCER)
    for _ in range(20):
        client.append(b'x')
        client.ask(3)
    assert notary.stop()[0] == 0
    assert records_of(notary) == [b'x'] * 20
