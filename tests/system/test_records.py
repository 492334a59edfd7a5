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
    assert {record['type'] for record in records} == {'decision', 'note', 'gap'}
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
    record = json.loads(records_of(notary)[0])
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
    latest = {json.dumps({**d['subject'], 'digest': 0, 'line': 0}, sort_keys=True): d for d in decisions}.values()
    for verdict in 'allow', 'warn', 'deny':
        assert real['decisions'][verdict] == sum(d['verdict'] == verdict for d in decisions)
        assert real['subjects'][verdict] == sum(d['verdict'] == verdict for d in latest)
    for group in real['compliance']:
        if group['by'] in ('owner', 'risk'):
            own = [[r for r in d['reasons'] if r[group['by']] == group['name']] for d in latest]
            fails = [any('waiver' not in r for r in reasons) for reasons in own]
            waived = [bool(reasons) and not fail for reasons, fail in zip(own, fails)]
            assert (group['fail'], group['waived']) == (sum(fails), sum(waived))
            assert group['pass'] == len(own) - sum(fails) - sum(waived)
            assert group['rate'] == pytest.approx(group['pass'] / (group['pass'] + group['fail']))
    assert [w['id'] for w in real['openWaivers']] == ['agents-need-the-node']
    assert real['timeToContain']['maxSeconds'] == 90 and real['timeToRecover']['maxSeconds'] is None
    assert figures['drills']['compliance'] == []
    assert 'time to contain  n 1, mean 90.0 s' in metrics('text')
    assert 'time to recover  no data; 1 still open' in metrics('text')
    for form in 'text', 'json', 'prometheus':
        assert metrics(form) == metrics(form)
    sample = re.compile(r'(# (HELP|TYPE) )?gabion_[a-z_]+(\{([a-z]+="[^"\\]*",?)+\})? \S.*')
    assert all(sample.fullmatch(line) for line in metrics('prometheus').splitlines())


def test_there_are_no_figures_from_records_that_are_not_what_was_signed(notary, gabion):
    notary.client(b'one of the tests').append(b'{"a":1}')
    assert notary.stop()[0] == 0
    bundle = notary.ledger / 'tile' / 'entries' / '000.p' / '1'
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b'1}', b'2}'))
    run = gabion('metrics', '--ledger', notary.ledger)
    assert (run.code, run.out) == (1, '') and 'record 0 of this ledger is not verified' in run.err
