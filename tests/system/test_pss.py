# SPDX-License-Identifier: Apache-2.0
"""The Pod Security Standards: the corpus of Kubernetes 1.25, and random pods against a second implementation."""
import json
import random
import re

import pss_oracle
import pytest

VERSIONS = range(38)
PODS = 150
# What the controls are called in the corpus, where it is not their policy's own name.
CONTROLS = {
    'allowprivilegeescalation': 'pss.restricted.allow-privilege-escalation',
    'apparmorprofile': 'pss.baseline.app-armor-profile',
    'capabilities_baseline': 'pss.baseline.capabilities',
    'capabilities_restricted': 'pss.restricted.capabilities',
    'hostnamespaces': 'pss.baseline.host-namespaces',
    'hostpathvolumes': 'pss.baseline.host-path-volumes',
    'hostports': 'pss.baseline.host-ports',
    'privileged': 'pss.baseline.privileged',
    'procmount': 'pss.baseline.proc-mount',
    'restrictedvolumes': 'pss.restricted.volume-types',
    'runasnonroot': 'pss.restricted.run-as-non-root',
    'runasuser': 'pss.restricted.run-as-user',
    'seccompprofile_baseline': 'pss.baseline.seccomp-profile',
    'seccompprofile_restricted': 'pss.restricted.seccomp-profile',
    'selinuxoptions': 'pss.baseline.selinux-options',
    'sysctls': 'pss.baseline.sysctls',
    'windowshostprocess': 'pss.baseline.windows-host-process',
}
# Under restricted a stricter control takes the place of these.
STRICTER = {'pss.baseline.capabilities': 'pss.restricted.capabilities',
            'pss.baseline.host-path-volumes': 'pss.restricted.volume-types',
            'pss.baseline.seccomp-profile': 'pss.restricted.seccomp-profile'}


def judge(gabion, level, minor, *paths, stdin=None):
    done = gabion('check', '--profile', f'pss-{level}', '--k8s', f'1.{minor}', '-o', 'json', *paths, stdin=stdin)
    assert done.code in (0, 1), done.err
    return json.loads(done.out)['subjects']


@pytest.mark.parametrize('level', ['baseline', 'restricted'])
def test_pods_that_must_pass_do(gabion, corpora, level):
    subjects = judge(gabion, level, 25, corpora / 'pss/v1.25' / level / 'pass')
    assert len(subjects) > 10
    assert [s['file'] for s in subjects if s['verdict'] != 'allow' or s['reasons']] == []


@pytest.mark.parametrize('level', ['baseline', 'restricted'])
def test_pods_that_must_fail_do_by_the_control_they_are_named_after(gabion, corpora, level):
    subjects = judge(gabion, level, 25, corpora / 'pss/v1.25' / level / 'fail')
    assert len(subjects) > 25
    for subject in subjects:
        control = CONTROLS[re.sub(r'\d+\.yaml$', '', subject['file'].rsplit('/', 1)[1])]
        if level == 'restricted':
            control = STRICTER.get(control, control)
        assert subject['verdict'] == 'deny', subject['file']
        assert control in {r['policy'] for r in subject['reasons']}, subject['file']


class Maker:
    """Makes pods at random, each of which differs from an allowed one in a few places."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def maybe(self, target, field, *values, chance=0.12):
        if self.random.random() < chance:
            target[field] = self.random.choice(values)

    def profile(self, target, field):
        self.maybe(target, field, {'type': 'RuntimeDefault'}, {'type': 'Localhost', 'localhostProfile': 'x'},
                   {'type': 'Unconfined'}, {}, chance=0.25)

    def common(self, context):
        self.profile(context, 'seccompProfile')
        self.profile(context, 'appArmorProfile')
        self.maybe(context, 'runAsUser', 0, 1, 1000)
        self.maybe(context, 'runAsNonRoot', True, False, chance=0.3)
        self.maybe(context, 'windowsOptions', {'hostProcess': True}, {'hostProcess': False}, {})
        self.maybe(context, 'seLinuxOptions', {'type': 'container_t'}, {'type': 'container_engine_t'},
                   {'type': 'spc_t'}, {'user': 'u'}, {'role': 'r', 'type': ''}, {'user': ''})
        return context

    def context(self):
        context = self.common({'allowPrivilegeEscalation': False, 'capabilities': {'drop': ['ALL']}})
        self.maybe(context, 'allowPrivilegeEscalation', True, None)
        self.maybe(context, 'capabilities', {}, {'drop': ['NET_RAW']}, {'drop': ['all']},
                   {'add': ['CHOWN', 'KILL'], 'drop': ['ALL']}, {'add': ['SYS_ADMIN'], 'drop': ['ALL']},
                   {'add': ['NET_BIND_SERVICE'], 'drop': ['ALL', 'KILL']}, None, chance=0.3)
        self.maybe(context, 'privileged', True, False)
        self.maybe(context, 'procMount', 'Default', 'Unmasked', 'Other')
        return context

    def probe(self):
        host = self.random.choice([{}, {'host': ''}, {'host': '127.0.0.1'}])
        return {self.random.choice(['httpGet', 'tcpSocket']): {'port': 80, **host}}

    def container(self, name):
        container = {'name': name, 'image': 'a:1', 'securityContext': self.context()}
        self.maybe(container, 'securityContext', None, {}, chance=0.06)
        self.maybe(container, 'ports', [{'containerPort': 1}, {'containerPort': 2, 'hostPort': 2}],
                   [{'containerPort': 1, 'hostPort': 0}])
        for field in ('livenessProbe', 'readinessProbe', 'startupProbe'):
            self.maybe(container, field, self.probe(), chance=0.08)
        self.maybe(container, 'lifecycle', {'preStop': self.probe()}, {'postStart': self.probe()}, chance=0.08)
        return container

    def annotations(self):
        values = ['runtime/default', 'localhost/x', 'unconfined', '', 'docker/default']
        keys = ['container.apparmor.security.beta.kubernetes.io/c', 'seccomp.security.alpha.kubernetes.io/pod',
                'container.seccomp.security.alpha.kubernetes.io/c', 'other',
                'container.seccomp.security.alpha.kubernetes.io/nobody']
        return {k: self.random.choice(values) for k in keys if self.random.random() < 0.2}

    def volumes(self):
        kinds = ['emptyDir', 'configMap', 'image', 'csi', 'hostPath', 'nfs', 'ephemeral', 'scaleIO', None]
        names = self.random.choices(kinds, k=self.random.randrange(3))
        return [{'name': f'v{i}', **({kind: {}} if kind else {})} for i, kind in enumerate(names)]

    def pod(self, name):
        spec = {'securityContext': self.common({'runAsNonRoot': True, 'seccompProfile': {'type': 'RuntimeDefault'}}),
                'containers': [self.container('c')], 'volumes': self.volumes()}
        for field in ('hostNetwork', 'hostPID', 'hostIPC'):
            self.maybe(spec, field, True, False, chance=0.05)
        self.maybe(spec, 'initContainers', [self.container('i'), {**self.container('s'), 'restartPolicy': 'Always'}])
        self.maybe(spec, 'ephemeralContainers', [self.container('e')])
        self.maybe(spec, 'os', {'name': 'windows'}, {'name': 'linux'}, chance=0.3)
        self.maybe(spec, 'hostUsers', True, False, chance=0.3)
        names = sorted(set().union(*(n for _, n in pss_oracle.SYSCTLS))) + ['kernel.msgmax']
        self.maybe(spec['securityContext'], 'sysctls', [{'name': self.random.choice(names), 'value': '1'}], chance=0.3)
        return {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': name, 'annotations': self.annotations()},
                'spec': spec}


def without_nulls(value):
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize('level', ['baseline', 'restricted'])
def test_random_pods_are_judged_as_a_second_implementation_does(gabion, level):
    maker = Maker(20250101)
    pods = [maker.pod(f'pod-{i}') for i in range(PODS)]
    text = ''.join(json.dumps(pod) + '\n' for pod in pods)
    denied = set()
    for minor in VERSIONS:
        subjects = judge(gabion, level, minor, '-', stdin=text)
        assert len(subjects) == PODS
        for pod, subject in zip(pods, subjects):
            expected = pss_oracle.violated(without_nulls(pod), level, minor)
            assert {r['policy'] for r in subject['reasons']} == expected, (minor, json.dumps(pod))
            assert subject['verdict'] == ('deny' if expected else 'allow')
            denied |= expected
    # Every control was seen to refuse something, or the test says nothing about it.
    prefix = 'pss.baseline.' if level == 'baseline' else 'pss.'
    unseen = {p for p in pss_oracle.CHECKS if p.startswith(prefix)} - denied
    assert unseen <= {'pss.baseline.host-path-volumes'} if level == 'restricted' else not unseen
