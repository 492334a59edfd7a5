# SPDX-License-Identifier: Apache-2.0
"""What is exported as OSCAL is valid by NIST's schema, complete, and the same on a second run."""
import base64
import json
import os
import re
import shutil
import subprocess

import pytest
import tlog_verifier
from notary import records_of

# The schema's patterns need a regular expression engine that knows \p{L}: ajv 8 of npm is one.
VALIDATE = """
const Ajv = require('ajv'), formats = require('ajv-formats'), fs = require('fs');
const ajv = new Ajv({strict: false, allErrors: true});
formats(ajv);
const validate = ajv.compile(JSON.parse(fs.readFileSync(process.argv[1], 'utf8')));
const valid = validate(JSON.parse(fs.readFileSync(0, 'utf8')));
console.log(JSON.stringify(valid ? [] : validate.errors.slice(0, 10)));
"""


def all_of(document, key):
    """Every value under a key, at any depth."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name == key:
                yield value
            yield from all_of(value, key)
    elif isinstance(document, list):
        for item in document:
            yield from all_of(item, key)


@pytest.fixture
def component(gabion):
    run = gabion('policy', 'export', '--profile', 'all')
    assert (run.code, run.err) == (0, '')
    assert gabion('policy', 'export', '--profile', 'all', '-o', 'oscal').out == run.out
    return json.loads(run.out)


def schema_faults(document, corpora):
    """What NIST's schema says against it; skips where the engine for it is not installed."""
    node = shutil.which('node')
    if not node:
        pytest.skip('node is not installed')
    environment = {**os.environ, 'NODE_PATH': os.environ.get('NODE_PATH', '/usr/local/lib/node_modules')}
    there = subprocess.run([node, '-e', "new (require('ajv'))({strict: false}); require('ajv-formats')"],
                           env=environment, capture_output=True, check=False)
    if there.returncode != 0:
        pytest.skip('no ajv 8 and ajv-formats for node (npm install -g ajv@8 ajv-formats@3, or NODE_PATH)')
    done = subprocess.run([node, '-e', VALIDATE, corpora / 'schemas' / 'oscal-complete-1.1.3.json'],
                          input=json.dumps(document), env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_component_definition_is_valid(component, corpora):
    assert schema_faults(component, corpora) == []


def test_every_control_that_a_policy_names_is_a_requirement(component, gabion):
    listed = json.loads(gabion('policy', 'list', '--profile', 'all', '-o', 'json').out)
    implementations = component['component-definition']['components'][0]['control-implementations']
    exported = {(requirement['control-id'], prop['value'])
                for implementation in implementations
                for requirement in implementation['implemented-requirements']
                for prop in requirement['props'] if prop['name'] == 'rule-id'}
    assert {rule for _, rule in exported} <= {policy['id'] for policy in listed['policies']}
    for policy in listed['policies']:
        for mapping in policy.get('mappings', []):
            token = re.sub('[^A-Za-z0-9._-]', '_', f"{mapping['standard']}-{mapping['control']}")
            assert (token, policy['id']) in exported
    assert len(exported) > 50


def test_uuids_are_of_version_5_and_each_means_one_thing(component):
    uuids = list(all_of(component, 'uuid'))
    assert all(re.fullmatch('[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}', u) for u in uuids)
    assert len(set(uuids)) == len(uuids)
    assert all(source[1:] in uuids for source in all_of(component, 'source'))


def test_a_catalogue_without_standards_is_a_component_without_implementations(gabion, tmp_path):
    policy = tmp_path / 'policy.yaml'
    policy.write_text('apiVersion: gabion.dev/v1\nkind: Policy\nid: own.named\ntitle: Objects have names\n'
                      'layer: cluster\nsubject: object\nowner: customer\nrisk: low\n'
                      'require: has(object.metadata.name)\nmessage: it has no name\nremediation: {text: name it}\n')
    run = gabion('policy', 'export', '--no-builtin', '--policy', policy)
    assert run.code == 0, run.err
    component = json.loads(run.out)['component-definition']
    assert 'control-implementations' not in component['components'][0] and 'back-matter' not in component


WAIVER = """
apiVersion: gabion.dev/v1
kind: Waiver
id: agents-need-the-node
owner: platform
reason: the agent reads the node's sockets
policies: ["*"]
scope: {names: ["agent*"]}
expires: 2099-01-01
"""
PODS = '---\n'.join('apiVersion: v1\nkind: Pod\nmetadata: {name: "%s", namespace: shop}\n'
                    'spec: {hostNetwork: true, containers: [{name: c, image: "i:1"}]}\n' % name
                    for name in ('agent', r'agent \\n\u0007\u202e \"quoted\" ', 'web'))


def results_of(gabion, notary, *more):
    run = gabion('metrics', '--ledger', notary.ledger, '--trust', notary.verifier_key, '-o', 'oscal', *more)
    assert (run.code, run.err) == (0, '')
    assert gabion('metrics', '--ledger', notary.ledger, '-o', 'oscal', *more).out == run.out
    return json.loads(run.out)['assessment-results']


def prop_of(thing, name):
    return [prop['value'] for prop in thing['props'] if prop['name'] == name]


@pytest.fixture
def assessed(notary, gabion, root, tmp_path):
    """A ledger of decisions, some of them waived, and of an exercise."""
    waiver = tmp_path / 'waiver.yaml'
    waiver.write_text(WAIVER)
    state = {'XDG_STATE_HOME': str(tmp_path)}
    gabion('check', root / 'examples' / 'orders-api', '--evidence', notary.socket, env=state)
    gabion('check', '-', '--policy', waiver, '--evidence', notary.socket, stdin=PODS, env=state)
    assert notary.stop()[0] == 0
    return notary


def test_the_assessment_results_are_valid(assessed, gabion, corpora):
    assert schema_faults({'assessment-results': results_of(gabion, assessed)}, corpora) == []


def test_findings_are_the_figures_and_point_to_the_decisions(assessed, gabion):
    document = results_of(gabion, assessed)
    result, = document['results']
    records = [json.loads(text) for text in records_of(assessed)]
    decisions = {number: record for number, record in enumerate(records) if record['type'] == 'decision'}
    observed = {observation['uuid']: int(prop_of(observation['relevant-evidence'][0], 'record')[0])
                for observation in result['observations']}
    assert sorted(observed.values()) == list(decisions)
    failing = {(number, reason['policy']) for number, decision in decisions.items() for reason in decision['reasons']}
    related = {(observed[link['observation-uuid']], prop_of(finding, 'rule-id')[0])
               for finding in result['findings'] for link in finding.get('related-observations', [])}
    assert related == failing
    for finding in result['findings']:
        own = [reason for decision in decisions.values() for reason in decision['reasons']
               if reason['policy'] == prop_of(finding, 'rule-id')[0]]
        status = finding['target']['status']
        assert status['state'] == ('not-satisfied' if own else 'satisfied')
        assert status['reason'] == ('pass' if not own else 'other' if all('waiver' in r for r in own) else 'fail')
    risk, = result['risks']
    assert risk['status'] == 'deviation-approved' and risk['deadline'] == '2099-01-02T00:00:00Z'
    waived = {number for number, decision in decisions.items() if any('waiver' in r for r in decision['reasons'])}
    assert {observed[link['observation-uuid']] for link in risk['related-observations']} == waived


def test_every_observation_is_proven_by_what_stands_in_the_document_alone(assessed, gabion):
    document = results_of(gabion, assessed)
    records = records_of(assessed)
    checkpoint = base64.b64decode(prop_of(document['metadata'], 'checkpoint')[0]).decode()
    for observation in document['results'][0]['observations']:
        evidence, = observation['relevant-evidence']
        number, = prop_of(evidence, 'record')
        hashes = ''.join(hash_ + '\n' for hash_ in prop_of(evidence, 'inclusion-proof')[0].split(' '))
        proof = f'c2sp.org/tlog-proof@v1\nindex {number}\n{hashes}\n{checkpoint}'
        assert tlog_verifier.verify_proof(proof, records[int(number)], assessed.verifier_key) == int(number)
        path, _, place = evidence['href'].partition('#')
        assert (assessed.ledger / path).exists() and int(place) == int(number) % 256


def test_uuids_of_results_are_of_version_5_and_each_means_one_thing(assessed, gabion):
    document = results_of(gabion, assessed)
    uuids = list(all_of(document, 'uuid'))
    assert all(re.fullmatch('[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}', u) for u in uuids)
    assert len(set(uuids)) == len(uuids)
    assert document['import-ap']['href'][1:] in uuids
    assert set(all_of(document, 'observation-uuid')) <= set(uuids)


def test_without_a_decision_there_is_nothing_to_assess(assessed, gabion):
    run = gabion('metrics', '--ledger', assessed.ledger, '-o', 'oscal', '--at', '2001-01-01T00:00:00Z')
    assert (run.code, run.out) == (3, '') and 'nothing was assessed' in run.err
