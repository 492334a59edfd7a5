# SPDX-License-Identifier: Apache-2.0
"""What is exported as OSCAL is valid by NIST's schema, complete, and the same on a second run."""
import json
import os
import re
import shutil
import subprocess

import pytest

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


def test_the_component_definition_is_valid(component, corpora):
    node = shutil.which('node')
    if not node:
        pytest.skip('node is not installed')
    environment = {**os.environ, 'NODE_PATH': os.environ.get('NODE_PATH', '/usr/local/lib/node_modules')}
    there = subprocess.run([node, '-e', "new (require('ajv'))({strict: false}); require('ajv-formats')"],
                           env=environment, capture_output=True, check=False)
    if there.returncode != 0:
        pytest.skip('no ajv 8 and ajv-formats for node (npm install -g ajv@8 ajv-formats@3, or NODE_PATH)')
    done = subprocess.run([node, '-e', VALIDATE, corpora / 'schemas' / 'oscal-complete-1.1.3.json'],
                          input=json.dumps(component), env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


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
