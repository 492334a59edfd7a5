# SPDX-License-Identifier: Apache-2.0
"""Whole installations under the built-in catalogue: the example and its repaired twin, and two real ones."""
import json
import re

import pytest
import yaml

# What a reader of drifting/ should see refused: a word of the line and the policy that speaks of it.
REFUSED = {
    ('orders-api.yaml', 'apiGroups: ["*"]', 'cluster.rbac-everything'),
    ('orders-api.yaml', 'image: registry.example.com/orders/migrate', 'cluster.image-latest'),
    ('orders-api.yaml', 'image: registry.example.com/orders/api:latest', 'cluster.image-latest'),
    ('orders-api.yaml', 'value: fTr4-9kQz-wm2P', 'cluster.env-secret'),
    ('orders-api.yaml', 'configuration-snippet', 'cluster.ingress-snippet'),
    ('orders-db.yaml', 'value: fTr4-9kQz-wm2P', 'cluster.env-secret'),
    ('orders-db.yaml', 'name: backups', 'cluster.host-path-writable'),
    ('orders-db.yaml', 'hostPath:', 'pss.baseline.host-path-volumes'),
    ('orders-export.yaml', '--api-token=', 'cluster.argument-secret'),
    ('orders-export.yaml', 'privileged: true', 'pss.baseline.privileged'),
}
WARNED = {'cluster.namespace-pod-security', 'cluster.service-node-port', 'cluster.ingress-tls',
          'cluster.network-policy-ingress-open', 'cluster.service-account-default', 'cluster.memory-limit'}


def judge(gabion, path, *options):
    done = gabion('check', '-o', 'json', *options, path)
    assert done.code in (0, 1), done.err
    return json.loads(done.out), done.code


def reasons_of(report):
    return [reason for subject in report['subjects'] for reason in subject['reasons']]


def test_the_drifted_installation_is_refused_where_a_person_would_point(gabion, root):
    report, code = judge(gabion, root / 'examples/orders-api/drifting')
    assert code == 1
    found = set()
    for reason in reasons_of(report):
        if reason['phase'] != 'enforce':
            continue
        name = reason['file'].rsplit('/', 1)[1]
        line = (root / 'examples/orders-api/drifting' / name).read_text().splitlines()[reason['line'] - 1]
        match = [r for r in REFUSED if r[0] == name and r[1] in line and r[2] == reason['policy']]
        assert match, (reason['policy'], line)
        found.update(match)
    assert found == REFUSED
    assert WARNED <= {r['policy'] for r in reasons_of(report) if r['phase'] == 'warn'}


@pytest.mark.parametrize('version', ['1.22', '1.25', '1.30', '1.34', '1.37'])
def test_the_repaired_installation_has_no_fault_left(gabion, root, version):
    report, code = judge(gabion, root / 'examples/orders-api/repaired', '--k8s', version)
    assert code == 0
    assert reasons_of(report) == []


def test_the_repaired_installation_is_the_same_installation(root):
    def objects(folder):
        documents = [d for f in sorted((root / 'examples/orders-api' / folder).glob('*.yaml'))
                     for d in yaml.safe_load_all(f.read_text())]
        return {(re.sub('^Cluster', '', d['kind']), d['metadata']['name']) for d in documents}
    assert objects('drifting') <= objects('repaired')


@pytest.mark.parametrize('name, subjects', [('argo-cd-install.yaml', 59), ('microservices-demo.yaml', 35)])
@pytest.mark.parametrize('profile', ['all', 'default', 'pss-restricted'])
def test_real_installations_are_decided_whole(gabion, corpora, name, subjects, profile):
    report, _ = judge(gabion, corpora / 'manifests' / name, '--profile', profile)
    assert len(report['subjects']) == subjects
    assert report['problems'] == []
    assert not any(r.get('undecided') for r in reasons_of(report))
    assert all(r['line'] > 0 and r['path'] for r in reasons_of(report))
