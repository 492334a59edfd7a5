# SPDX-License-Identifier: Apache-2.0
"""What is in the ledger after real runs is what docs/schema/record.schema.json says."""
import json
import re

import pytest

from notary import records_of

WAIVED = """
apiVersion: gabion.dev/v1
kind: Waiver
id: agents-need-the-node
owner: platform
reason: the agent reads the node's sockets
policies: ["*"]
scope: {names: [agent]}
expires: 2099-01-01
"""
POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: shop}\n' \
      'spec: {hostNetwork: true, containers: [{name: c, image: "i:1"}]}\n'
INCIDENT = """
incident:
  id: 2026-7
  title: a shell in the export
  indicator: 2026-03-01T10:00:00Z
  detected: 2026-03-01T10:00:30Z
  contained: 2026-03-01T10:02:00Z
"""


T = '2026-03-01T%02d:%02d:00Z'
EVENTS = [
    {'type': 'detection', 'incident': 'i', 'detection': {'title': 'a shell', 'risk': 'high', 'indicator': T % (9, 0),
                                                         'detected': T % (10, 0)}},
    {'type': 'acknowledgement', 'incident': 'i', 'person': 'ada', 'acknowledgement': {'at': T % (10, 2), 'risk': 'high'}},
    {'type': 'action', 'incident': 'i', 'links': [0, 1],
     'action': {'name': 'freeze', 'outcome': 'done', 'target': 'pod web', 'started': T % (10, 1),
                'finished': T % (10, 2)}},
    {'type': 'verification', 'incident': 'i', 'verification': {'at': T % (10, 5), 'held': True, 'how': 'no traffic'}},
    {'type': 'recovery', 'incident': 'i', 'recovery': {'at': T % (12, 0), 'how': 'probes green'}},
    {'type': 'closure', 'incident': 'i', 'closure': {'at': T % (13, 0), 'resolution': 'resolved', 'why': 'mended'}},
    {'type': 'blast-radius', 'incident': 'i', 'blastRadius': {'measure': 'potential', 'affected': 8, 'total': 40,
                                                              'over': ['network', 'secret']}},
    {'type': 'blast-radius', 'incident': 'i', 'blastRadius': {'measure': 'observed', 'affected': 2, 'total': 40}},
    {'type': 'drift', 'drift': {'id': 'd', 'what': 'mode of /etc/shadow', 'drifted': T % (10, 0),
                                'restored': T % (10, 30)}},
    {'type': 'heartbeat', 'heartbeat': {'intervalSeconds': 60, 'sequence': 5}},
    {'type': 'inventory', 'inventory': {'nodes': ['one', 'two']}},
    {'type': 'clock', 'clock': {'expected': T % (10, 0), 'found': T % (9, 0)}},
    {'type': 'detection', 'incident': 'exercise', 'drill': True, 'detection': {'detected': T % (15, 0)}},
    {'type': 'acknowledgement', 'incident': 'exercise', 'drill': True, 'acknowledgement': {'at': T % (15, 3)}},
]


def event(members):
    return {'apiVersion': 'gabion.dev/v1', 'kind': 'Record', **members}


def append_events(gabion, notary, state, events):
    text = '\n---\n'.join(json.dumps(event(members)) for members in events)
    run = gabion('ledger', 'append', '-', '--notary', notary.socket, stdin=text, env=state)
    assert run.code == 0, run.err


def test_every_type_of_record_is_as_published(notary, gabion, root, tmp_path, schema_errors):
    schema = json.loads((root / 'docs' / 'schema' / 'record.schema.json').read_text())
    append_events(gabion, notary, {'XDG_STATE_HOME': str(tmp_path)}, EVENTS)
    assert notary.stop()[0] == 0
    records = [json.loads(text) for text in records_of(notary)]
    assert [record['type'] for record in records] == [members['type'] for members in EVENTS]
    for record, members in zip(records, EVENTS):
        assert schema_errors(record, schema) == []
        assert schema_errors({**record, 'stray': 1}, schema) != []
        assert {name: record[name] for name in ('incident', 'links', 'drill') if name in record} == \
               {name: members[name] for name in ('incident', 'links', 'drill') if name in members}
    assert records[0]['detection']['indicator'] == '2026-03-01T09:00:00.000000000Z'
    assert records[1]['actor']['person'] == 'ada'


@pytest.mark.parametrize('members', EVENTS, ids=lambda members: members['type'])
def test_a_record_that_is_not_of_its_form_is_refused_with_its_place(notary, gabion, tmp_path, members):
    state = {'XDG_STATE_HOME': str(tmp_path)}
    inner = next(name for name in members if isinstance(members[name], dict))
    for wrong in ({**members, 'stray': 1}, {**members, inner: {**members[inner], 'stray': 1}},
                  {**members, inner: {}}, {**members, inner: None}, {**members, 'type': 'decision'},
                  {**members, 'apiVersion': 'gabion.dev/v2'}):
        run = gabion('ledger', 'append', '-', '--notary', notary.socket, stdin=json.dumps(event(wrong)), env=state)
        assert run.code == 3 and ' --> -:1:' in run.err, wrong
    assert notary.stop()[0] == 0
    assert records_of(notary) == []


def policies_of(record, name, listed):
    """The ids behind the ranges of a decision."""
    numbers = [number for part in record['policies'].get(name, '').split(',') if part
               for number in range(int(part.split('-')[0]), int(part.split('-')[-1]) + 1)]
    return {listed[number]['id'] for number in numbers}


def test_a_decision_says_what_became_of_every_policy(notary, gabion, root, tmp_path):
    waiver = tmp_path / 'waiver.yaml'
    waiver.write_text(WAIVED)
    pods = ''.join(POD % name + '---\n' for name in ('agent', 'web'))
    gabion('check', '-', '--policy', waiver, '--profile', 'all', '--evidence', notary.socket, stdin=pods,
           env={'XDG_STATE_HOME': str(tmp_path)})
    assert notary.stop()[0] == 0
    catalogue, *decisions = [json.loads(text) for text in records_of(notary)]
    listed = catalogue['catalogue']['policies']
    known = json.loads(gabion('policy', 'list', '--profile', 'all', '-o', 'json').out)['policies']
    assert [policy['id'] for policy in listed] == [policy['id'] for policy in known]
    assert {(policy['id'], standard, control) for policy in listed
            for standard, controls in policy.get('mappings', {}).items() for control in controls} == \
           {(policy['id'], mapping['standard'], mapping['control'])
            for policy in known for mapping in policy.get('mappings', [])}
    for decision in decisions:
        assert decision['catalogue'] == catalogue['catalogue']['digest']
        applied, failed, waived = (policies_of(decision, name, listed) for name in ('applied', 'failed', 'waived'))
        assert failed == {reason['policy'] for reason in decision['reasons'] if 'waiver' not in reason}
        assert waived == {reason['policy'] for reason in decision['reasons'] if 'waiver' in reason}
        assert failed | waived < applied < {policy['id'] for policy in listed}
    assert bool(waived) is False and policies_of(decisions[0], 'waived', listed)


def test_every_record_of_a_run_is_as_published(notary, gabion, root, tmp_path, schema_errors):
    schema = json.loads((root / 'docs' / 'schema' / 'record.schema.json').read_text())
    state = {'XDG_STATE_HOME': str(tmp_path / 'state')}
    waiver = tmp_path / 'waiver.yaml'
    waiver.write_text(WAIVED)

    def check(*arguments, **more):
        assert gabion('check', *arguments, '--evidence', notary.socket, env=state, **more).code in (0, 1)
    check(root / 'examples' / 'orders-api')
    check('-', '--policy', waiver, stdin=POD % 'agent')
    assert gabion('ledger', 'append', '-', '--notary', notary.socket, stdin=INCIDENT, env=state).code == 0
    client = notary.client(b'one of the tests')
    client.append(b'{}', sequence=5)
    assert notary.stop()[0] == 0
    *texts, ours = records_of(notary)
    assert ours == b'{}'
    records = [json.loads(text) for text in texts]
    assert {record['type'] for record in records} == {'catalogue', 'decision', 'note', 'gap'}
    assert any('waiver' in reason for record in records for reason in record.get('reasons', []))
    for text, record in zip(texts, records):
        assert schema_errors(record, schema) == [], text
        assert schema_errors({**record, 'stray': 1}, schema) != []


def test_a_decision_with_too_many_reasons_counts_them(notary, gabion, root, tmp_path, schema_errors):
    schema = json.loads((root / 'docs' / 'schema' / 'record.schema.json').read_text())
    containers = ', '.join('{name: c%d, image: i, securityContext: {privileged: true}}' % n for n in range(300))
    pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: many}\nspec: {containers: [%s]}\n' % containers
    run = gabion('check', '-', '--evidence', notary.socket, stdin=pod, env={'XDG_STATE_HOME': str(tmp_path)})
    assert run.code == 1
    assert notary.stop()[0] == 0
    record = json.loads(records_of(notary)[1])
    assert policies_of(record, 'failed', json.loads(records_of(notary)[0])['catalogue']['policies'])
    assert record['reasonCount'] >= 300 and 'reasons' not in record
    assert schema_errors(record, schema) == []


def test_figures_are_those_of_the_records_and_the_same_twice(notary, gabion, root, tmp_path, schema_errors):
    state = {'XDG_STATE_HOME': str(tmp_path / 'state')}
    waiver = tmp_path / 'waiver.yaml'
    waiver.write_text(WAIVED)
    example = root / 'examples' / 'orders-api'
    assert gabion('check', example, '--evidence', notary.socket, env=state).code == 1
    assert gabion('check', example / 'repaired', '--evidence', notary.socket, env=state).code == 0
    run = gabion('check', '-', '--policy', waiver, '--evidence', notary.socket, stdin=POD % 'agent', env=state)
    assert run.code == 0
    assert gabion('ledger', 'append', '-', '--notary', notary.socket, stdin=INCIDENT, env=state).code == 0
    assert notary.stop()[0] == 0

    def metrics(form):
        run = gabion('metrics', '--ledger', notary.ledger, '--trust', notary.verifier_key, '-o', form)
        assert (run.code, run.err) == (0, '')
        return run.out
    figures = json.loads(metrics('json'))
    assert schema_errors(figures, json.loads((root / 'docs/schema/metrics.schema.json').read_text())) == []
    real, records = figures['real'], [json.loads(text) for text in records_of(notary)]
    decisions = [record for record in records if record['type'] == 'decision']
    listed = {c['catalogue']['digest']: c['catalogue']['policies'] for c in records if c['type'] == 'catalogue'}
    latest = {json.dumps({**d['subject'], 'digest': 0, 'line': 0}, sort_keys=True): d for d in decisions}.values()
    for verdict in 'allow', 'warn', 'deny':
        assert real['decisions'][verdict] == sum(d['verdict'] == verdict for d in decisions)
        assert real['subjects'][verdict] == sum(d['verdict'] == verdict for d in latest)

    def belongs(policy, group):
        return group['name'] in policy.get('mappings', {}) if group['by'] == 'standard' \
            else policy[group['by']] == group['name']
    for group in real['compliance']:
        checks = [[(policy['id'] in policies_of(d, 'failed', policies), policy['id'] in policies_of(d, 'waived', policies))
                   for policy in policies
                   if policy['id'] in policies_of(d, 'applied', policies) and belongs(policy, group)]
                  for d in latest for policies in [listed[d['catalogue']]]]
        subjects = [(any(fail for fail, _ in own), any(waived for _, waived in own)) for own in checks if own]
        for figures_, results in ((group['subjects'], subjects), (group['checks'], sum(checks, []))):
            fails, waived = sum(fail for fail, _ in results), sum(w and not fail for fail, w in results)
            assert (figures_['pass'], figures_['fail'], figures_['waived']) == \
                   (len(results) - fails - waived, fails, waived), group
            assert figures_['rate'] == pytest.approx(figures_['pass'] / (figures_['pass'] + fails))
    assert {group['by'] for group in real['compliance']} == {'layer', 'owner', 'risk', 'standard'}
    assert [w['id'] for w in real['openWaivers']] == ['agents-need-the-node']
    assert real['seconds']['contain']['max'] == 90 and real['seconds']['recover']['max'] is None
    assert figures['drills']['compliance'] == []
    assert 'time to contain      n 1, mean 90.000 s' in metrics('text')
    assert 'time to recover      no data; 1 still open' in metrics('text')
    for form in 'text', 'json', 'prometheus':
        assert metrics(form) == metrics(form)
    exposition_errors(metrics('prometheus'))


def exposition_errors(text):
    """Prometheus text format 0.0.4: HELP and TYPE before the samples, families together, no sample twice, counters
    named _total and base units, as `promtool check metrics` demands."""
    label = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
    sample = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(%s(?:,%s)*)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)' % (label, label))
    assert text.endswith('\n')
    family, kinds, seen = None, {}, set()
    for line in text.splitlines():
        if line.startswith('# HELP '):
            family = line.split(' ')[2]
            assert family not in kinds and len(line.split(' ')) > 3
        elif line.startswith('# TYPE '):
            _, _, name, kinds[family] = line.split(' ')
            assert name == family and kinds[family] in ('counter', 'gauge')
            assert (kinds[family] == 'counter') == name.endswith('_total')
        else:
            match = sample.fullmatch(line)
            assert match and match.group(1) == family and family in kinds, line
            assert match.group(1, 2) not in seen, line
            seen.add(match.group(1, 2))


def metrics_of(gabion, notary, form, *more):
    run = gabion('metrics', '--ledger', notary.ledger, '--trust', notary.verifier_key, '-o', form, *more)
    assert (run.code, run.err) == (0, '')
    return run.out


def test_incidents_from_their_first_sign_to_recovery_and_drills_apart(notary, gabion, root, tmp_path, schema_errors):
    append_events(gabion, notary, {'XDG_STATE_HOME': str(tmp_path)}, EVENTS)
    beat = event({'type': 'heartbeat', 'time': '2999-01-01T00:00:00.000000000Z', 'node': 'one', 'actor': {'program': 'p'},
                  'heartbeat': {'intervalSeconds': 60}})
    notary.client(b'one of the tests').append(json.dumps(beat).encode())
    assert notary.stop()[0] == 0
    figures = json.loads(metrics_of(gabion, notary, 'json'))
    assert schema_errors(figures, json.loads((root / 'docs/schema/metrics.schema.json').read_text())) == []
    spans = {name: times['max'] for name, times in figures['real']['seconds'].items()}
    assert spans == {'detect': 3600, 'acknowledge': 120, 'respond': 60, 'contain': 300, 'recover': 7200,
                     'dwell': 3900, 'drift': 1800}
    assert figures['real']['blastRadius']['potential']['mean'] == 0.2
    assert figures['real']['blastRadius']['observed']['mean'] == 0.05
    assert figures['drills']['seconds']['acknowledge']['max'] == 180 and figures['drills']['incidents'] == 1
    assert figures['coverage'] == {'nodes': 2, 'fresh': 1, 'inventory': True, 'rate': 0.5}
    assert figures['clockJumps'] == 1
    earlier = json.loads(metrics_of(gabion, notary, 'json', '--at', '2001-01-01T00:00:00Z'))
    assert earlier['later'] == len(EVENTS) + 1 and earlier['real']['incidents'] == 0
    assert earlier['asOf'] == '2001-01-01T00:00:00.000000Z'
    exposition_errors(metrics_of(gabion, notary, 'prometheus'))
    assert gabion('metrics', '--ledger', notary.ledger, '--at', 'today').code == 2


def test_there_are_no_figures_from_records_that_are_not_what_was_signed(notary, gabion):
    notary.client(b'one of the tests').append(b'{"a":1}')
    assert notary.stop()[0] == 0
    bundle = notary.ledger / 'tile' / 'entries' / '000.p' / '1'
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b'1}', b'2}'))
    run = gabion('metrics', '--ledger', notary.ledger)
    assert (run.code, run.out) == (1, '') and 'record 0 of this ledger is not verified' in run.err


def test_what_could_not_be_judged_is_a_record_and_fails_until_a_later_run_judges_it(
        notary, gabion, tmp_path, root, schema_errors):
    file = tmp_path / 'web.yaml'
    state = {'XDG_STATE_HOME': str(tmp_path / 'state')}

    def check(text, code):
        file.write_text(text)
        assert gabion('check', file, '--evidence', notary.socket, env=state).code == code
        client = notary.client(b'only for a flush')
        client.ask(3)
        client.close()
        run = gabion('metrics', '-o', 'json', '--ledger', notary.ledger)
        assert run.code == 0, run.err
        return json.loads(run.out)['real']['undecidedInputs']
    assert check('metadata: {name: [broken, password: hunter22\n', 3) == 1
    record = json.loads(records_of(notary)[-1])
    assert (record['type'], record['layer'], record['subject']) == (
        'undecided', 'cluster', {'file': str(file), 'line': record['subject']['line']})
    schema = json.loads((root / 'docs' / 'schema' / 'record.schema.json').read_text())
    assert schema_errors(record, schema) == []
    assert 'hunter22' not in json.dumps(record)
    compliance = gabion('metrics', '-o', 'oscal', '--ledger', notary.ledger)  # nothing was assessed yet
    assert compliance.code == 3
    assert check(POD % 'whole' + '---\nmetadata: [\n', 1) == 1
    assert check(POD % 'whole', 1) == 0
