# SPDX-License-Identifier: Apache-2.0
"""gabion ledger export: every form says what the records say, age decrypts it, and there is no half file."""
import csv
import io
import json
import resource
import signal
import subprocess
import tarfile

import pytest

import tlog_verifier
from notary import records_of

NOTE = 'incident: {id: 2026-7, title: the door was open, detected: 2026-03-01T10:00:30Z}\n'

# What the schema of OCSF 1.8.0 marks as required: base_event, metadata and product; the findings; their
# objects. Source: https://schema.ocsf.io/1.8.0, classes base_event, compliance_finding, detection_finding,
# application_error; objects metadata, product, finding_info, device.
OCSF_BASE = {'activity_id': int, 'category_uid': int, 'class_uid': int, 'metadata': dict, 'severity_id': int,
             'time': int, 'type_uid': int}
OCSF_CLASSES = {0: {}, 2003: {'finding_info': dict, 'compliance': dict}, 2004: {'finding_info': dict},
                6008: {'message': str}}
OCSF_OBJECTS = {'metadata': ['product', 'version'], 'finding_info': ['uid'], 'device': ['type_id'],
                'compliance': ['status_id']}


@pytest.fixture
def ledger(notary, gabion, root, tmp_path):
    env = {'XDG_STATE_HOME': str(tmp_path / 'state')}
    run = gabion('check', root / 'examples/orders-api', '--quiet', '--evidence', notary.socket, env=env)
    assert run.code in (0, 1), run.err
    assert gabion('ledger', 'append', '-', '--notary', notary.socket, stdin=NOTE, env=env).code == 0
    client = notary.client(b'one of the tests')
    client.append(b'no JSON at all', b'{"time":"=1+1","node":"@SUM(A1)","actor":{"program":"a\\"b,c\\nd"}}',
                  b'{"type":"decision"} {"second":1}', b'{\n"type":"note"}')
    assert notary.stop()[0] == 0
    return notary


@pytest.fixture
def export(gabion, ledger):
    def call(*arguments, **more):
        return gabion('ledger', 'export', '--ledger', ledger.ledger, '--trust', ledger.verifier_key, *arguments,
                      **more)
    return call


@pytest.fixture
def identities(tmp_path):
    """Two secret keys of age and their recipients."""
    made = []
    for name in 'one', 'two':
        path = tmp_path / f'{name}.key'
        subprocess.run(['age-keygen', '-o', path], check=True, capture_output=True)
        recipient = subprocess.run(['age-keygen', '-y', path], check=True, capture_output=True, text=True)
        made.append((path, recipient.stdout.strip()))
    return made


def decrypt(path, identity):
    return subprocess.run(['age', '-d', '-i', identity, path], check=True, capture_output=True).stdout


def test_json_lines_hold_the_bytes_that_were_signed(export, ledger):
    run = export()
    records = records_of(ledger)
    assert run.code == 0 and len(run.out.splitlines()) == len(records)
    for number, (line, record) in enumerate(zip(run.out.splitlines(), records)):
        document = json.loads(line)
        assert document['number'] == number
        if 'record' in document:
            assert line == f'{{"number":{number},"record":{record.decode()}}}'
        else:
            assert document['bytes'].encode() == record
    assert run.out == export('-o', 'jsonl').out


def test_the_conditions_of_a_search_select(export, gabion, ledger):
    for condition in ['--verdict', 'deny'], ['--first', '2', '--last', '4'], ['--incident', '2026-7'], \
            ['--text', 'json'], ['--since', '1h']:
        found = gabion('ledger', 'search', '--ledger', ledger.ledger, '--no-index', *condition, '-o', 'json')
        assert [json.loads(line)['number'] for line in export(*condition).out.splitlines()] == \
            [json.loads(line)['number'] for line in found.out.splitlines()] != []


def test_csv_is_read_by_any_reader_and_computes_nothing(export, ledger):
    text = export('-o', 'csv').out
    assert text.count('\n') == len(records_of(ledger)) + 1
    rows = list(csv.DictReader(io.StringIO(text, newline=''), strict=True))
    for number, (row, record) in enumerate(zip(rows, records_of(ledger))):
        assert int(row['number']) == number and None not in row and None not in row.values()
        assert not any(value[:1] in tuple('=+-@\t\r') for value in row.values())
        try:
            document = json.loads(record)
        except ValueError:
            continue
        assert row['verdict'] == document.get('verdict', '')
        assert row['policies'] == '; '.join(r['policy'] for r in document.get('reasons', []))
    hostile = next(row for row in rows if 'SUM' in row['node'])
    assert (hostile['time'], hostile['node'], hostile['program']) == ("'=1+1", "'@SUM(A1)", 'a"b,c\\nd')


def test_the_reference_lists_every_column(export, root):
    columns = export('-o', 'csv', '--last', '0').out.splitlines()[0].split(',')
    table = (root / 'docs/reference/exports.md').read_text().split('| column |')[1].split('\n\n')[0]
    listed = [name.strip() for row in table.splitlines()[2:] for name in row.split('|')[1].split(',')]
    assert sorted(listed) == sorted(columns)


def test_ocsf_events_have_what_the_schema_requires(export, ledger):
    for line, record in zip(export('-o', 'ocsf').out.splitlines(), records_of(ledger), strict=True):
        event = json.loads(line)
        needed = {**OCSF_BASE, **OCSF_CLASSES[event['class_uid']]}
        assert all(isinstance(event.get(name), kind) for name, kind in needed.items()), line
        for name, members in OCSF_OBJECTS.items():
            assert all(member in event[name] for member in members if name in event)
        assert event['metadata']['version'] == '1.8.0'
        assert event['metadata']['product'].keys() >= {'name', 'vendor_name'}
        assert event['type_uid'] == event['class_uid'] * 100 + event['activity_id']
        assert event['category_uid'] == event['class_uid'] // 1000
        assert event['raw_data'].encode() == record
        document = json.loads(record) if record.startswith(b'{"a') else {}
        if document.get('type') == 'decision':
            waived = [r for r in document['reasons'] if 'waiver' in r]
            worst = ['low', 'medium', 'high', 'critical']
            risks = [worst.index(r['risk']) + 2 for r in document['reasons'] if r not in waived]
            assert event['class_uid'] == 2003 and event['severity_id'] == max(risks, default=1)
            assert event['compliance']['status_id'] == (3 if risks else 1)
            assert [c['uid'] for c in event['compliance']['checks']] == [r['policy'] for r in document['reasons']]


def verify_bundle(data, key, expected):
    """As an auditor does: with tar, the key they were given, and a program that is not gabion."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive}
    assert files.pop('verifier.key').decode().strip() == key
    assert b'tlog-proof' in files.pop('README')
    tlog_verifier.open_checkpoint(files.pop('checkpoint').decode(), tlog_verifier.parse_key(key))
    numbers = []
    for name in sorted(name for name in files if name.endswith('.tlog-proof')):
        record = files.pop(name.replace('.tlog-proof', '.json'))
        numbers.append(tlog_verifier.verify_proof(files.pop(name).decode(), record, key))
        assert record == expected[numbers[-1]]
    assert files == {}
    return numbers


def test_a_bundle_is_verified_offline_by_other_programs(export, ledger, identities, tmp_path):
    records = records_of(ledger)
    (first, one), (second, two) = identities
    (tmp_path / 'auditors').write_text(f'# who may read it\n{two}\n')
    sealed, plain = tmp_path / 'bundle.tar.age', tmp_path / 'bundle.tar'
    run = export('-o', 'bundle', '--encrypt-to', one, '--recipients', tmp_path / 'auditors', '--file', sealed)
    assert (run.code, run.out) == (0, f'exported {len(records)} records of gabion.test/log\n')
    assert export('-o', 'bundle', '--file', plain).code == 0
    for identity in first, second:
        assert decrypt(sealed, identity) == plain.read_bytes()
    assert verify_bundle(plain.read_bytes(), ledger.verifier_key, records) == list(range(len(records)))
    assert export('-o', 'bundle', '--verdict', 'deny', '--file', plain).code == 0
    denied = [i for i, r in enumerate(records) if b'"verdict":"deny"' in r]
    assert verify_bundle(plain.read_bytes(), ledger.verifier_key, records) == denied != []


def test_proofs_hold_on_both_sides_of_every_bundle(notary, gabion, tmp_path):
    client, out = notary.client(b'one of the tests'), tmp_path / 'bundle.tar'
    for first in range(0, 800, 100):
        client.append(*(b'{"n":%d}' % (first + i) for i in range(100)))
    assert notary.stop()[0] == 0
    records = records_of(notary)
    for first, last in (0, 2), (127, 129), (254, 257), (511, 513), (767, 799):
        run = gabion('ledger', 'export', '--ledger', notary.ledger, '-o', 'bundle', '--first', first, '--last', last,
                     '--file', out)
        assert run.code == 0, run.err
        assert verify_bundle(out.read_bytes(), notary.verifier_key, records) == list(range(first, last + 1))


def test_age_decrypts_what_fills_chunks_exactly_and_what_is_empty(notary, gabion, identities, tmp_path):
    client, sealed = notary.client(b'one of the tests'), tmp_path / 'sealed'
    lengths = [(1 << 16) - 1, 1 << 16, (1 << 16) + 1]
    around = len('{"number":0,"record":""}\n')
    client.append(*[b'"' + b'a' * (length - around) + b'"' for length in lengths[:1]])
    client.append(*[b'"' + b'a' * (length - around) + b'"' for length in lengths[1:2]])
    client.append(b'"a"')
    assert notary.stop()[0] == 0
    (identity, recipient), _ = identities

    def size(*selected):
        run = gabion('ledger', 'export', '--ledger', notary.ledger, '--encrypt-to', recipient, '--file', sealed,
                     *selected)
        assert run.code == 0, run.err
        return len(decrypt(sealed, identity))
    assert [size('--first', i, '--last', i) for i in range(2)] == lengths[:2]
    assert size('--first', '0', '--last', '1') == sum(lengths[:2])
    assert size('--first', '1') == lengths[1] + around + 1
    assert size('--first', '9') == 0


def test_what_is_no_recipient_is_refused_and_a_secret_is_not_repeated(export, identities, tmp_path):
    (secret_file, _), _ = identities
    secret = secret_file.read_text().splitlines()[-1]
    out = tmp_path / 'out'
    (tmp_path / 'list').write_text('# nobody\n')
    for arguments, words in [(['--encrypt-to', secret], 'secret key'), (['--encrypt-to', 'age1zzz'], 'no X25519'),
                             (['--recipients', secret_file], 'secret key'),
                             (['--recipients', tmp_path / 'list'], 'no recipient')]:
        run = export('--file', out, *arguments)
        assert run.code == 2 and words in run.err and secret not in run.err and not out.exists()


def test_a_damaged_ledger_is_refused_with_the_place_and_leaves_no_file(export, ledger, tmp_path):
    bundle = max((ledger.ledger / 'tile/entries/000.p').iterdir(), key=lambda path: int(path.name))
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b'"verdict":"deny"', b'"verdict":"warn"', 1))
    out = tmp_path / 'folder' / 'out'
    out.parent.mkdir()
    for form in 'jsonl', 'ocsf', 'csv', 'bundle':
        run = export('-o', form, '--file', out)
        assert run.code == 1 and f'tile/entries/000.p/{bundle.name}, byte ' in run.err
        assert list(out.parent.iterdir()) == []


def test_a_full_disk_or_an_end_in_the_middle_leaves_what_was_there(build, ledger, tmp_path):
    folder = tmp_path / 'folder'
    folder.mkdir()
    (folder / 'out').write_text('the one before')
    command = [build / 'bin/gabion', 'ledger', 'export', '--ledger', ledger.ledger, '--file', folder / 'out']

    def limited(action):
        def prepare():
            signal.signal(signal.SIGXFSZ, action)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        return subprocess.run(command, preexec_fn=prepare, capture_output=True, check=False)
    full, killed = limited(signal.SIG_IGN), limited(signal.SIG_DFL)
    assert full.returncode == 3 and b'cannot write' in full.stderr
    assert killed.returncode == -signal.SIGXFSZ
    assert [p.name for p in folder.iterdir()] == ['out'] and (folder / 'out').read_text() == 'the one before'
    with open('/dev/full', 'wb') as device:
        run = subprocess.run(command[:-2], stdout=device, stderr=subprocess.PIPE, check=False)
    assert run.returncode == 3
