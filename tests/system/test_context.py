# SPDX-License-Identifier: Apache-2.0
"""Contexts: workloads started in them, configurations judged and tightened by them."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

import pytest

import notary as notaries
import oci

HEAD = 'apiVersion: gabion.dev/v1\nkind: Context\nid: web\ntitle: A test\n'
OPT_IN = '{allow: %s, reason: r, owner: team-web, expires: %s}'
needs_root = pytest.mark.skipif(oci.why_not() is not None, reason=str(oci.why_not()))


@pytest.fixture
def place():
    """A folder that mapped users can search, with a root file system; nothing may be left beside it."""
    before, groups = oci.mounts(), len(list(own_cgroups()))
    with tempfile.TemporaryDirectory(prefix='gabion-context-') as folder:
        os.chmod(folder, 0o755)
        folder = pathlib.Path(folder)
        (folder / 'rootfs').mkdir()
        oci.make_rootfs(folder / 'rootfs')
        yield folder
    assert oci.mounts() == before
    assert len(list(own_cgroups())) <= groups


def own_cgroups():
    for group in oci.cgroups():
        if group.name == 'gabion':
            yield from (f for f in group.iterdir() if f.is_dir())


@pytest.fixture
def write(tmp_path):
    def one(body, name='context.yaml'):
        path = tmp_path / name
        path.write_text(HEAD + body)
        return path
    return one


@pytest.fixture
def start(gabion, place):
    def one(*command, options=(), **more):
        return gabion('run', '--rootfs', place / 'rootfs', *options, '--', *command, **more)
    return one


def in_context(path):
    return ['--policy', path, '--context', 'web']


@needs_root
def recorder_is_there(gabion):
    return any(line.split()[:2] == ['good', 'tracepoints'] for line in gabion('doctor').out.split('\n'))


class TestRun:
    """A workload in its context."""

    def test_it_is_nobody_without_rights(self, start):
        done = start('/bin/sh', '-c', 'id; grep -E "^(CapBnd|NoNewPrivs|Seccomp):" /proc/self/status')
        assert done.code == 0, done.err
        assert done.out.split() == ['uid=65532', 'gid=65532', 'CapBnd:', '0' * 16, 'NoNewPrivs:', '1', 'Seccomp:', '2']

    @pytest.mark.parametrize('script, code', [('exit 0', 0), ('exit 7', 7), ('exit 255', 255),
                                              ('kill -TERM $$', 0), ('kill -KILL $$', 0)])
    def test_the_exit_code_is_the_workloads(self, start, script, code):
        # The first process of a pid namespace cannot be killed from inside.
        assert start('/bin/sh', '-c', script).code == code

    def test_a_program_that_is_not_there_was_not_started(self, start):
        done = start('/bin/none')
        assert done.code == 125 and "cannot run '/bin/none'" in done.err
        assert start('/bin/sh', '-c', 'exit 1').code == 1

    @pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGUSR1])
    def test_signals_reach_it(self, build, place, number):
        script = "trap 'exit 9' TERM USR1; echo ready; while :; do sleep 0.1; done"
        with subprocess.Popen([build / 'bin' / 'gabion', 'run', '--rootfs', place / 'rootfs', '--', '/bin/sh', '-c',
                               script], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
            assert process.stdout.readline() == b'ready\n'
            process.send_signal(number)
            assert process.wait(20) == 9

    def test_files_are_as_its_rules_say(self, start):
        script = 'for f in /etc/passwd /tmp/x /dev/null /etc/x /bin/x /x /proc/self/comm; do (: >>$f) && echo $f; done'
        assert start('/bin/sh', '-c', f'({script}) 2>/dev/null').out.split() == ['/tmp/x', '/dev/null']

    def test_a_root_that_is_not_there_is_told(self, gabion):
        done = gabion('run', '--rootfs', '/nonexistent', '--', '/bin/true')
        assert done.code == 125 and '/nonexistent' in done.err

    def test_an_opt_in_opens_and_once_expired_does_not(self, start, write):
        for expires, allowed in [('2099-01-01', True), ('2020-01-01', False)]:
            path = write('optIns:\n  - ' + OPT_IN % ('writable-root', expires) + '\n')
            done = start('/bin/sh', '-c', ': >/tmp/x; : >/etc/written', options=in_context(path))
            # The root belongs to the host's root, whom the context's users are not.
            assert ('Read-only' in done.err) != allowed, done.err
            assert ('has expired, so it grants nothing' in done.err) != allowed

    def test_a_limit_of_processes_holds(self, start, write):
        path = write('resources: {processes: 8}\n')
        done = start('/bin/sh', '-c', 'for i in 1 2 3 4 5 6 7 8 9; do sleep 1 & done; wait', options=in_context(path))
        assert "can't fork" in done.err

    def test_it_yields_to_others(self, build, place, write):
        path = write('resources: {class: best-effort, cpu: "1"}\n')
        with subprocess.Popen([build / 'bin' / 'gabion', 'run', '--rootfs', place / 'rootfs', *in_context(path), '--',
                               '/bin/sh', '-c', 'echo ready; sleep 1'], stdout=subprocess.PIPE) as process:
            assert process.stdout.readline() == b'ready\n'
            groups = list(own_cgroups())
            weights = [(g / n).read_text().strip() for g in groups for n in ('cpu.shares', 'cpu.weight')
                       if (g / n).exists()]
            assert weights and set(weights) <= {'2', '1'}
            assert process.wait(20) == 0

    def test_a_configuration_that_is_refused_never_starts(self, start, tmp_path):
        policy = tmp_path / 'p.yaml'
        policy.write_text('apiVersion: gabion.dev/v1\nkind: Policy\nid: test.never\ntitle: T\nlayer: context\n'
                          'subject: start\nowner: customer\nrisk: high\nforbid: "true"\nmessage: not today\n')
        done = start('/bin/sh', '-c', 'echo started', options=['--policy', policy])
        assert (done.code, done.out) == (125, '') and 'not today' in done.err and 'test.never' in done.err

    def test_what_cannot_be_recorded_does_not_start(self, start, tmp_path):
        blocked = tmp_path / 'file'
        blocked.write_text('')
        done = start('/bin/echo', 'started', options=['--evidence', tmp_path / 'nobody'],
                     env={'XDG_STATE_HOME': str(blocked)})
        assert (done.code, done.out) == (125, '') and 'nothing was started' in done.err

    def test_the_decision_is_evidence_before_it_starts(self, start, notary, tmp_path):
        done = start('/bin/echo', 'started', options=['--evidence', notary.socket],
                     env={'XDG_STATE_HOME': str(tmp_path)})
        assert (done.code, done.out) == (0, 'started\n'), done.err
        notary.stop()
        text = json.dumps([str(record) for record in notaries.records_of(notary)])
        assert 'gabion run' in text and 'admit' in text

    def test_a_learned_list_holds_and_complaining_only_records(self, start, gabion, place, notary, tmp_path):
        learned = tmp_path / 'learned.yaml'
        done = gabion('learn', '--rootfs', place / 'rootfs', '--id', 'web', '--image-digest', 'sha256:a', '-o', learned,
                      '--', '/bin/sh', '-c', 'echo x >/tmp/x; cat /tmp/x')
        assert done.code == 0, done.err
        assert start('/bin/sh', '-c', 'echo x >/tmp/x; cat /tmp/x', options=in_context(learned)).out == 'x\n'
        # The static closure of busybox has every call that any of its programs makes.
        learned.write_text('\n'.join(line for line in learned.read_text().split('\n') if 'chmod' not in line))
        touch = ('/bin/sh', '-c', 'chmod 600 /tmp/x; touch /tmp/y; chmod 600 /tmp/y && echo changed')
        assert 'Operation not permitted' in start(*touch, options=in_context(learned)).err
        learned.write_text(learned.read_text().replace('stage: enforce', 'stage: complain'))
        done = start(*touch, options=[*in_context(learned), '--evidence', notary.socket],
                     env={'XDG_STATE_HOME': str(tmp_path)})
        assert done.out == 'changed\n'
        if recorder_is_there(gabion):
            assert 'the list of web complains: it does not have chmod\n' in done.err
            notary.stop()
            records = map(json.loads, notaries.records_of(notary))
            notes = [r['note'] for r in records if r['type'] == 'note']
            assert [(n['context'], n['systemCalls']) for n in notes] == [('web', ['chmod'])]
        else:
            assert "in the kernel's log alone" in done.err
        done = start('/bin/true', options=[*in_context(learned), '--image-digest', 'sha256:b'])
        assert done.code == 0 and 'was learned from the image sha256:a' in done.err


def test_who_is_not_root_has_a_context_too(gabion, tmp_path):
    if os.geteuid() == 0:
        pytest.skip('this is root; contexts of other users are tested by test_oci.py')
    oci.make_rootfs(tmp_path / 'rootfs')
    assert gabion('run', '--rootfs', tmp_path / 'rootfs', '--', '/bin/true').code == 0


OPEN = {'ociVersion': '1.2.0', 'root': {'path': 'rootfs'}, 'hostname': 'open', 'process': {
    'user': {'uid': 0, 'gid': 0}, 'args': ['/bin/sh'], 'cwd': '/', 'noNewPrivileges': False,
    'capabilities': {'bounding': ['CAP_SYS_ADMIN', 'CAP_CHOWN'], 'effective': ['CAP_SYS_ADMIN']}},
    'mounts': [{'destination': '/host', 'type': 'bind', 'source': '/', 'options': ['rbind']},
               {'destination': '/proc', 'type': 'proc', 'source': 'proc'}],
    'hooks': {'prestart': [{'path': '/bin/hook'}]},
    'linux': {'namespaces': [{'type': 'mount'}, {'type': 'uts'}, {'type': 'pid', 'path': '/proc/1/ns/pid'}],
              'seccomp': {'defaultAction': 'SCMP_ACT_ALLOW'}, 'sysctl': {'kernel.shmmax': '1'},
              'devices': [{'path': '/dev/mem', 'type': 'c', 'major': 1, 'minor': 1}],
              'resources': {'devices': [{'allow': True, 'access': 'rwm'}]}}}


@pytest.fixture
def config_file(tmp_path):
    def one(config, name='config.json'):
        path = tmp_path / name
        path.write_text(config if isinstance(config, str) else json.dumps(config))
        return path
    return one


class TestHarden:
    """What asks for too much is tightened, told change by change, and judged again."""

    @pytest.fixture
    def mendable(self):
        config = json.loads(json.dumps(OPEN))
        del config['linux']['sysctl'], config['mounts'][0]
        config['linux']['namespaces'] = [{'type': 'mount'}, {'type': 'uts'}]
        return config

    def test_its_result_passes_and_hardening_again_changes_nothing(self, gabion, config_file, mendable):
        first = gabion('context', 'harden', config_file(mendable))
        assert first.code == 0, first.err
        assert '[context.capabilities]' in first.err and '[context.landlock]' in first.err
        assert gabion('context', 'check', config_file(first.out)).code == 0
        again = gabion('context', 'harden', config_file(first.out))
        assert (again.code, again.out, again.err) == (0, first.out, '')

    def test_it_only_takes_away(self, gabion, config_file, mendable):
        mendable['linux']['seccomp'] = {'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [
            {'names': ['read', 'ptrace', 'bpf'], 'action': 'SCMP_ACT_ALLOW'}]}
        mendable['annotations'] = {'dev.gabion.landlock': 'read /etc; write /tmp /usr'}
        made = json.loads(gabion('context', 'harden', '--quiet', config_file(mendable)).out)
        allowed = {n for rule in made['linux']['seccomp']['syscalls'] if rule['action'] == 'SCMP_ACT_ALLOW'
                   for n in rule['names']}
        assert allowed == {'read'}
        rules = made['annotations']['dev.gabion.landlock'].split('; ')
        assert {r for r in rules if r.startswith('write')} == {'write /tmp'}
        assert not any('execute' in r for r in rules)

    def test_what_cannot_be_mended_is_refused(self, gabion, config_file):
        done = gabion('context', 'harden', config_file(OPEN))
        assert done.code == 1 and 'kernel.shmmax' in done.err

    def test_check_tells_every_reason_with_its_line(self, gabion, config_file):
        path = config_file(json.dumps(OPEN, indent=1))
        done = gabion('context', 'check', '-o', 'json', path)
        assert done.code == 1
        policies = {reason['policy'] for subject in json.loads(done.out)['subjects'] for reason in subject['reasons']}
        assert {'context.capabilities', 'context.new-privileges', 'context.root-user', 'context.seccomp',
                'context.landlock', 'context.sysctls', 'context.devices', 'context.hooks'} <= policies

    def test_an_opt_in_leaves_what_it_names(self, gabion, config_file, mendable, write):
        path = write('optIns:\n  - ' + OPT_IN % ('capability, value: CHOWN', '2099-01-01') + '\n')
        made = json.loads(gabion('context', 'harden', '--quiet', *in_context(path), config_file(mendable)).out)
        assert made['process']['capabilities']['bounding'] == ['CAP_CHOWN']


def deep(depth):
    return '{"a":' * depth + '1' + '}' * depth


@pytest.mark.parametrize('text', [
    '', 'null', '[]', '"x"', '{', '{"process": 1}', '{"linux": []}', '{"process": {"args": [1]}}',
    '{"mounts": {"a": 1}}', '{"process": {"args": ["a\\u0000b"]}}', '{"root": {"path": "a\\u0000"}}',
    '{"linux": {"seccomp": {"defaultAction": "SCMP_ACT_MAYBE"}}}', '{"process": {"user": {"uid": -1}}}',
    '{"process": {"user": {"uid": 1e99}}}', '{"a": 1, "a": 2}', deep(5000), '\x00', '\ud800'.encode('utf-8', 'replace').decode(),
    '{"annotations": {"dev.gabion.landlock": "fly /a"}}', '{"annotations": {"dev.gabion.landlock": "read ../x"}}',
    '{"mounts": [' + ','.join(['{"destination": "/a"}'] * 20000) + ']}', '[' * 100000, '{"hostname": "' + 'x' * 6000000 + '"}',
], ids=range(23))
@pytest.mark.parametrize('command', ['check', 'harden'])
def test_hostile_configurations_are_refused_and_nothing_crashes(gabion, config_file, command, text):
    started = time.monotonic()
    done = gabion('context', command, config_file(text))
    assert done.code in (1, 2, 3) and done.err + done.out
    assert time.monotonic() - started < 30


class TestShow:
    """What contexts come to."""

    def test_of_the_default(self, gabion):
        shown = json.loads(gabion('context', 'show', '-o', 'json').out)
        assert shown['optIns'] == [] and shown['config']['root']['readonly'] is True

    def test_the_default_passes_its_own_check(self, gabion, config_file):
        config = json.loads(gabion('context', 'show', '-o', 'json').out)['config']
        assert gabion('context', 'check', config_file(config)).code == 0

    def test_a_difference_is_what_was_opted_in(self, gabion, write):
        path = write('optIns:\n  - ' + OPT_IN % ('system-calls, value: ptrace', '2099-01-01') + '\n')
        done = gabion('context', 'diff', '--policy', path, 'default', 'web')
        assert done.code == 1 and '+  system-calls' in done.out and 'ptrace' in done.out
        assert gabion('context', 'diff', 'default', 'default').code == 0

    def test_a_name_that_is_not_there_is_told(self, gabion):
        done = gabion('context', 'show', 'defualt')
        assert done.code == 2 and 'no context' in done.err
