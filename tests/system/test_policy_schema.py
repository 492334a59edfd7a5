# SPDX-License-Identifier: Apache-2.0
"""What the loader of policies takes, the schema for editors takes too, and refuses what it refuses."""
import json

import pytest
import yaml

POLICY = {'apiVersion': 'gabion.dev/v1', 'kind': 'Policy', 'id': 'a.b', 'title': 'T', 'layer': 'cluster',
          'subject': 'pod', 'owner': 'customer', 'risk': 'high', 'message': 'm',
          'forbid': 'pod.spec.?hostNetwork.orValue(false)'}


def without(field):
    return {k: v for k, v in POLICY.items() if k != field}


WRONG = [without('title'), without('risk'), POLICY | {'titel': 'T'}, POLICY | {'risk': 'hgih'},
         POLICY | {'id': 'A b'}, POLICY | {'each': [{'name': 'c'}]}, POLICY | {'mappings': {'cis': '5'}},
         POLICY | {'parameters': {'1x': 1}}, POLICY | {'message': 7}, POLICY | {'kind': 'Polcy'},
         POLICY | {'remediation': {'patch': {'op': 'remove'}}}]


@pytest.fixture(name='errors')
def _errors(root, schema_errors):
    schema = json.loads((root / 'docs/schema/policy.schema.json').read_text(encoding='utf-8'))
    return lambda document: schema_errors(document, schema)


def test_every_document_of_the_catalogue_fits_the_schema(root, errors):
    found = [(path, error) for path in sorted(root.glob('catalogue/**/*.yaml'))
             for document in yaml.safe_load_all(path.read_text(encoding='utf-8'))
             for error in errors(document)]
    assert not found


def test_a_policy_that_loads_fits_the_schema(gabion, errors, tmp_path):
    path = tmp_path / 'p.yaml'
    path.write_text(json.dumps(POLICY), encoding='utf-8')
    assert gabion('policy', 'lint', path).code == 0
    assert not errors(POLICY)


@pytest.mark.parametrize('number', range(len(WRONG)))
def test_loader_and_schema_refuse_the_same(gabion, errors, tmp_path, number):
    path = tmp_path / 'p.yaml'
    path.write_text(json.dumps(WRONG[number]), encoding='utf-8')
    assert gabion('policy', 'lint', path).code == 2
    assert errors(WRONG[number])
