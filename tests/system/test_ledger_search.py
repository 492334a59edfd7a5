# SPDX-License-Identifier: Apache-2.0
"""gabion ledger search finds what a plain reading of the records finds, whatever state its index is in."""
import fnmatch
import json
import sqlite3
import subprocess
import time

import pytest

import tlog_verifier
from notary import records_of

NOTE = 'incident: {id: 2026-7, title: the door was open, detected: 2026-03-01T10:00:30Z}\n'


@pytest.fixture
def ledger(notary, gabion, root, tmp_path):
    """A ledger of decisions with waivers, of a note and of an entry that is no JSON."""
    env = {'XDG_STATE_HOME': str(tmp_path / 'state')}
    for path in 'examples/orders-api', 'catalogue':
        run = gabion('check', root / path, '--quiet', '--evidence', notary.socket, env=env)
        assert run.code in (0, 1, 3), run.err
    assert gabion('ledger', 'append', '-', '--notary', notary.socket, stdin=NOTE, env=env).code == 0
    notary.client(b'one of the tests').append(b'no JSON at all')
    assert notary.stop()[0] == 0
    return notary


@pytest.fixture
def search(gabion, ledger, tmp_path):
    def call(*arguments, index='--index', env=None):
        place = [index, tmp_path / 'index'] if index == '--index' else [index] if index else []
        return gabion('ledger', 'search', '--ledger', ledger.ledger, '--trust', ledger.verifier_key, *place,
                      *arguments, env=env)
    return call


def numbers(run):
    assert run.code == 0, run.err
    return [json.loads(line)['number'] for line in run.out.splitlines()]


def values(record, *path):
    for i, name in enumerate(path):
        if name == '*':
            return [v for item in record for v in values(item, *path[i + 1:])]
        if not isinstance(record, dict) or name not in record:
            return []
        record = record[name]
    return [record]


CONDITIONS = [
    ('--verdict', 'deny', ['verdict']), ('--layer', 'cluster', ['layer']), ('--type', 'note', ['type']),
    ('--policy', 'pss.*', ['reasons', '*', 'policy']), ('--owner', 'provider', ['reasons', '*', 'owner']),
    ('--risk', 'critical', ['reasons', '*', 'risk']), ('--kind', 'Deployment', ['subject', 'kind']),
    ('--namespace', 'orders', ['subject', 'namespace']), ('--name', 'orders-*', ['subject', 'name']),
    ('--node', '*', ['node']), ('--actor', 'gabion check', ['actor', 'program']),
    ('--action', 'report', ['action', 'name']), ('--incident', '2026-7', ['note', 'incident', 'id']),
    ('--waiver', '*', ['reasons', '*', 'waiver', 'id']),
]


def test_every_condition_finds_what_the_records_say_with_and_without_an_index(search, ledger):
    records = [json.loads(r) if r.startswith(b'{') else None for r in records_of(ledger)]
    for option, wanted, path in CONDITIONS:
        expected = [i for i, r in enumerate(records) if r and any(
            fnmatch.fnmatchcase(v, wanted) for v in values(r, *path))]
        for index in '--index', '--no-index':
            assert numbers(search(option, wanted, '-o', 'json', index=index)) == expected, (option, index)
        assert search(option, wanted, '--count').out == f'{len(expected)}\n'
        assert numbers(search(option, wanted, '--newest', '--limit', '2', '-o', 'json')) == expected[::-1][:2]
    everything = list(range(len(records)))
    assert numbers(search('-o', 'json')) == everything
    assert numbers(search('--first', '3', '--last', '5', '-o', 'json')) == [3, 4, 5]
    assert numbers(search('--last', '5', '--newest', '--limit', '2', '-o', 'json')) == [5, 4]
    assert numbers(search('--since', '1h', '-o', 'json')) == everything[:-1]
    assert numbers(search('--until', '1h', '-o', 'json')) == []
    assert numbers(search('--text', 'No JSON', '-o', 'json')) == everything[-1:]
    both = search('--verdict', 'deny', '--verdict', 'warn', '--namespace', 'orders', '-o', 'json')
    assert numbers(both) == [i for i, r in enumerate(records) if r and r.get('verdict') in ('deny', 'warn')
                             and r['subject'].get('namespace') == 'orders']


def test_records_are_printed_as_they_were_signed(search, ledger):
    lines = [json.loads(line) for line in search('-o', 'json').out.splitlines()]
    for line, record in zip(lines, records_of(ledger)):
        assert line.get('record', None) == (json.loads(record) if 'record' in line else None)
        assert 'record' in line or line['bytes'].encode() == record


def test_hostile_conditions_are_only_text(search):
    for text in "' OR 1=1 --", '%', '_', '[a-z]*', 'a\x1b[31m', '"; DROP TABLE postings', '*' * 300:
        run = search('--name', text, '--count')
        without = search('--name', text, '--count', index='--no-index')
        assert (run.code, run.out) == (without.code, without.out) == (0, run.out)
    assert search('--name', '%', '--count').out == '0\n'


@pytest.mark.parametrize('arguments', [
    ['--since', 'yesterday'], ['--until', '2026-02-30'], ['--first', '-1'], ['--limit', 'ten'],
    ['--verdict', 'maybe'], ['--index', 'x', '--no-index'], ['--layer', '*']])
def test_what_cannot_be_understood_is_refused(gabion, ledger, arguments):
    run = gabion('ledger', 'search', '--ledger', ledger.ledger, *arguments)
    assert (run.code, run.out) == (2, '') and 'error[policy]' in run.err


def test_an_index_that_is_damaged_or_of_something_else_is_no_harm(search, tmp_path):
    index = tmp_path / 'index'
    good = search('--verdict', 'deny')
    assert good.code == 0 and good.out
    half = index.read_bytes()[:5000]
    index.write_bytes(half)
    run = search('--verdict', 'deny')
    assert run.out == good.out and 'made anew' in run.err
    assert search('--verdict', 'deny').err == ''
    index.write_bytes(b'my letters')
    run = search('--verdict', 'deny')
    assert run.out == good.out and 'left as it is' in run.err
    assert index.read_bytes() == b'my letters'
    index.unlink()
    index.symlink_to(tmp_path / 'elsewhere')
    run = search('--verdict', 'deny')
    assert run.out == good.out and 'read instead' in run.err
    assert not (tmp_path / 'elsewhere').exists()


def test_an_index_that_lies_is_caught_or_can_only_leave_out(search, tmp_path):
    complete = search('--verdict', 'deny').out
    with sqlite3.connect(tmp_path / 'index') as db:
        db.execute('UPDATE postings SET bits = ? WHERE value = ?', (b'\xff' * 32, b'deny'))
    run = search('--verdict', 'deny')
    assert run.code == 3 and 'it was altered, and is removed' in run.err
    assert all(line in complete.splitlines() for line in run.out.splitlines())
    assert search('--verdict', 'deny').out == complete
    with sqlite3.connect(tmp_path / 'index') as db:
        db.execute('UPDATE postings SET bits = ? WHERE value = ?', (b'\0' * 32, b'deny'))
    assert search('--verdict', 'deny').out == ''
    assert search('--verdict', 'deny', index='--no-index').out == complete


def test_without_a_place_for_an_index_the_ledger_is_read(search, tmp_path):
    expected = search('--verdict', 'deny').out
    run = search('--verdict', 'deny', index=None, env={'HOME': '/nonexistent'})
    assert run.out == expected and 'read instead' in run.err
    run = search('--verdict', 'deny', index=None, env={'XDG_CACHE_HOME': str(tmp_path / 'cache')})
    assert (run.out, run.err) == (expected, '')
    made = list((tmp_path / 'cache' / 'gabion').glob('*.sqlite'))
    assert len(made) == 1 and made[0].stat().st_mode & 0o777 == 0o600


def test_a_record_that_was_altered_is_named_and_never_shown(search, ledger):
    bundle = max((ledger.ledger / 'tile/entries/000.p').iterdir(), key=lambda path: int(path.name))
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b'"verdict":"deny"', b'"verdict":"warn"', 1))
    for index in '--index', '--no-index':
        run = search('--verdict', 'warn', index=index)
        assert (run.code, run.out) == (1, '') and 'is not verified' in run.err and 'tile/entries/000.p' in run.err


def test_records_and_hashes_that_were_altered_together_do_not_lead_to_the_signed_root(search, ledger):
    folder = ledger.ledger / 'tile'
    bundle = max((folder / 'entries/000.p').iterdir(), key=lambda path: int(path.name))
    hashes = folder / '0/000.p' / bundle.name
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b'"verdict":"deny"', b'"verdict":"warn"'))
    entries = list(tlog_verifier.entries_of(bundle.read_bytes(), int(bundle.name), 'here'))
    hashes.chmod(0o644)
    hashes.write_bytes(b''.join(tlog_verifier.leaf_hash(entry) for entry in entries))
    for index in '--index', '--no-index':
        run = search('--verdict', 'warn', index=index)
        assert (run.code, run.out) == (1, '') and 'do not lead to the signed root (tile/0/000.p' in run.err


def test_the_notary_does_not_link_sqlite(build):
    for program, linked in ('gabion-notary', False), ('gabion', True):
        needed = subprocess.run(['readelf', '-d', build / 'bin' / program], capture_output=True, text=True,
                                check=True).stdout
        assert ('sqlite' in needed) == linked


def test_two_searches_at_once_share_an_index(build, ledger, tmp_path):
    command = [build / 'bin' / 'gabion', 'ledger', 'search', '--ledger', ledger.ledger, '--index',
               tmp_path / 'index', '--verdict', 'deny', '--count']
    begun = time.monotonic()
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
    results = {p.communicate() + (p.returncode,) for p in running}
    assert len(results) == 1 and next(iter(results))[1:] == (b'', 0)
    assert time.monotonic() - begun < 60


def test_every_type_of_record_can_be_asked_for(gabion, root):
    schema = json.loads((root / 'docs/schema/record.schema.json').read_text())
    types = {d['properties']['type']['const'] for d in schema['$defs'].values()
             if 'const' in d.get('properties', {}).get('type', {})}
    said = gabion('ledger', 'search', '--type', 'nothing of the kind').err
    assert {word.strip() for word in said.split('knows ')[-1].split(',')} == types


def test_a_pruned_ledger_and_its_archive_are_each_searched_and_exported(notary, gabion, tmp_path):
    client, archive, index = notary.client(b'one of the tests'), tmp_path / 'archive', tmp_path / 'index'
    for first in range(0, 700, 100):
        client.append(*(b'{"subject":{"name":"n%d"},"time":"2020-01-02T03:04:05.000000006Z"}' % (first + i)
                        for i in range(100)))
    client.ask(3)
    client.close()

    def search(folder, *arguments):
        run = gabion('ledger', 'search', '--ledger', folder, '--index', index, '-o', 'json', *arguments)
        return numbers(run), run.err
    assert search(notary.ledger, '--name', 'n7?') == (list(range(70, 80)), '')
    run = gabion('ledger', 'archive', '--to', archive, '--notary', notary.socket, '--ledger', notary.ledger,
                 '--before', '512', '--force')
    assert run.code == 0, run.err
    assert notary.stop()[0] == 0
    left, words = search(notary.ledger, '--name', 'n*')
    assert left == list(range(512, 700)) and f'--ledger {archive}' in words and 'made anew' not in words
    assert search(notary.ledger, '--name', 'n*', '--first', '512') == (left, '')
    index.unlink()
    assert search(notary.ledger, '--name', 'n*', '--first', '512') == (left, '')
    moved, words = search(archive, '--name', 'n*')
    assert moved == list(range(512)) and 'only the records from 0 to 511 are here' in words
    assert search(archive, '--name', 'n*', '--last', '9') == (list(range(10)), '')
    for folder, expected in (notary.ledger, range(512, 700)), (archive, range(512)):
        run = gabion('ledger', 'export', '--ledger', folder, '--trust', notary.verifier_key, '--text', '"name":"n')
        assert run.code == 0 and [json.loads(line)['number'] for line in run.out.splitlines()] == list(expected)
