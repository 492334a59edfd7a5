# SPDX-License-Identifier: Apache-2.0
"""What is in the ledger after real runs is what docs/schema/record.schema.json says."""
import json

import pytest

import tlog_verifier
from notary import Notary

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


@pytest.fixture
def notary(build, tmp_path):
    if not (build / 'bin' / 'gabion-notary').exists():
        pytest.skip('gabion-notary is not built')
    notary = Notary(build / 'bin', tmp_path)
    notary.start()
    yield notary
    if notary.process.poll() is None:
        notary.stop()


def records_of(notary):
    return tlog_verifier.read_log(notary.ledger, notary.verifier_key)


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
