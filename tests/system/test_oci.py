# SPDX-License-Identifier: Apache-2.0
"""The container runtime from outside: its commands, and what a container sees."""
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

import pytest

import oci
from conftest import run

pytestmark = pytest.mark.skipif(oci.why_not() is not None, reason=str(oci.why_not()))


@pytest.fixture
def runtime(build):
    yield from oci.runtime(build, run)


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, 'waited too long'
        time.sleep(0.01)


def test_a_program_runs_and_its_status_is_ours(runtime):
    done = runtime.run(runtime.config('sh', '-c', 'echo hello; exit 7'))
    assert (done.code, done.out, done.err) == (7, 'hello\n', '')
    assert runtime.left() == []


def test_a_program_ended_by_a_signal_gives_128_and_its_number(runtime):
    with runtime.popen('run', '--bundle', runtime.bundle(runtime.config('sleep', '100')), 'box') as process:
        wait_for(lambda: 'running' in runtime('list').out)
        assert runtime('kill', 'box', '9').code == 0
        assert process.wait() == 137


def test_the_life_of_a_container(runtime, tmp_path):
    bundle, pid_file = runtime.bundle(runtime.config('sleep', '100')), tmp_path / 'pid'
    assert runtime.start('create', '--bundle', bundle, '--pid-file', pid_file, 'box').code == 0
    state = runtime.state('box')
    assert (state['status'], state['bundle'], state['id']) == ('created', str(bundle), 'box')
    assert state['pid'] == int(pid_file.read_text()) > 0
    assert 'already exists' in runtime.start('create', '--bundle', bundle, 'box').err
    assert runtime('start', 'box').code == 0
    assert runtime.state('box')['status'] == 'running'
    assert 'is running' in runtime('start', 'box').err
    assert 'cannot be deleted' in runtime('delete', 'box').err
    assert [c['id'] for c in json.loads(runtime('list', '--format', 'json').out)] == ['box']
    assert runtime('list', '-q').out == 'box\n'
    assert runtime('kill', 'box', 'KILL').code == 0
    wait_for(lambda: runtime.state('box')['status'] == 'stopped')
    assert runtime.state('box')['pid'] == 0
    assert 'container not running' in runtime('kill', 'box', 'TERM').err
    assert runtime('delete', 'box').code == 0
    assert 'does not exist' in runtime('state', 'box').err
    assert runtime('delete', '--force', 'box').code == 0


def test_what_was_created_can_be_deleted_without_force(runtime):
    assert runtime.start('create', '--bundle', runtime.bundle(runtime.config('true')), 'box').code == 0
    assert runtime('delete', 'box').code == 0
    assert runtime.left() == []


@pytest.mark.parametrize('name', ['', '.', '..', 'a/b', '../a', 'a b', 'a\n', 'ä', 'x' * 256, '-a/..'])
def test_an_id_that_is_no_name_is_refused(runtime, name):
    done = runtime.start('create', '--bundle', runtime.bundle(runtime.config('true')), '--', name)
    assert done.code == 1 and 'cannot name a container' in done.err
    assert not runtime.states.exists() or list(runtime.states.iterdir()) == []


def test_exec_joins_the_container(runtime):
    bundle = runtime.bundle(runtime.config('sleep', '100'))
    assert runtime.start('run', '--detach', '--bundle', bundle, 'box').code == 0
    done = runtime('exec', 'box', 'sh', '-c', 'echo $$ $(hostname); cat /proc/self/cgroup; exit 5')
    assert done.code == 5
    assert done.out.split('\n')[0].endswith(' gabion')
    assert all(line.endswith(':/') for line in done.out.splitlines()[1:])
    done = runtime('exec', '--user', '1000:7', '--env', 'A=b', '--cwd', '/tmp', 'box', 'sh', '-c', 'id; pwd; echo $A $HOME')
    assert done.out == 'uid=1000(user) gid=7\n/tmp\nb /home/user\n'
    assert 'executable file not found in $PATH' in runtime('exec', 'box', 'nothing').err
    process = runtime.folder / 'process.json'
    process.write_text(json.dumps({'args': ['pwd'], 'cwd': '/etc', 'user': {'uid': 0, 'gid': 0}}))
    assert runtime('exec', '--process', process, 'box').out == '/etc\n'
    assert 'No such' not in runtime.start('exec', '--detach', '--pid-file', runtime.folder / 'pid', 'box', 'true').err
    assert int((runtime.folder / 'pid').read_text()) > 1


@pytest.mark.parametrize('user', ['root', '0x10', '1:', ':1', '1:2:3', '-1', '4294967295', ' 1', '1 ', '1:4294967295', ''])
def test_a_user_is_a_number_and_nothing_else(runtime, user):
    bundle = runtime.bundle(runtime.config('sleep', '100'))
    assert runtime.start('run', '--detach', '--bundle', bundle, 'box').code == 0
    done = runtime('exec', '--user', user, 'box', 'id')
    assert done.code == 1 and 'is no UID[:GID]' in done.err, done


def test_capabilities_limits_and_user_are_those_of_the_configuration(runtime):
    config = runtime.config('sh', '-c', 'id; umask; ulimit -n; cat /proc/self/status', user={
        'uid': 1000, 'gid': 1000, 'umask': 0o27, 'additionalGids': [5, 6]},
        rlimits=[{'type': 'RLIMIT_NOFILE', 'soft': 100, 'hard': 200}],
        capabilities={k: ['CAP_KILL'] for k in ('bounding', 'effective', 'permitted', 'inheritable', 'ambient')})
    done = runtime.run(config)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[:3] == ['uid=1000(user) gid=1000 groups=5,6', '0027', '100']
    status = dict(line.split(':\t') for line in lines[3:] if ':\t' in line)
    for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'):
        assert int(status[name], 16) == 1 << 5, name
    assert status['NoNewPrivs'] == '1'


def test_a_limit_that_cannot_be_raised_is_told_with_a_remedy(runtime):
    config = runtime.config('true', rlimits=[{'type': 'RLIMIT_NOFILE', 'soft': 1, 'hard': 1 << 62}])
    done = runtime.run(config)
    assert done.code == 1
    assert 'setting limits' in done.err and 'process.rlimits[0]: cannot set RLIMIT_NOFILE' in done.err
    assert 'config.json:1:' in done.err and 'ask for at most' in done.err



def test_hooks_of_the_host_run_in_their_order_with_the_state(runtime, tmp_path):
    order = tmp_path / 'order'

    def step(name):
        return [{'path': '/bin/sh', 'args': ['sh', '-c', f'cat > {tmp_path}/{name}.json; echo $A >> {order}'],
                 'env': [f'A={name}']}]
    config = runtime.config('true')
    config['hooks'] = {name: step(name) for name in ('prestart', 'createRuntime', 'createContainer', 'poststart', 'poststop')}
    config['annotations'] = {'a': 'b"c'}
    config['root']['readonly'] = False
    bundle = runtime.bundle(config)
    assert runtime.start('create', '--bundle', bundle, 'box').code == 0
    pid = runtime.state('box')['pid']
    assert runtime('start', 'box').code == 0
    wait_for(lambda: runtime.state('box')['status'] == 'stopped')
    assert runtime('delete', 'box').code == 0
    assert order.read_text().split() == ['prestart', 'createRuntime', 'createContainer', 'poststart', 'poststop']
    states = {name: json.loads((tmp_path / f'{name}.json').read_text()) for name in config['hooks']}
    assert [s['status'] for s in states.values()] == ['creating', 'creating', 'creating', 'running', 'stopped']
    assert states['createRuntime']['pid'] == pid and states['poststop']['pid'] == 0
    assert all(s['annotations'] == {'a': 'b"c'} and s['bundle'] == str(bundle) for s in states.values())


def test_a_start_hook_runs_in_the_container_before_the_program(runtime):
    config = runtime.config('cat', '/tmp/said')
    config['root']['readonly'] = False
    config['hooks'] = {'startContainer': [{'path': '/bin/sh', 'args': ['sh', '-c', 'hostname > /tmp/said']}]}
    assert runtime.run(config).out == 'gabion\n'


@pytest.mark.parametrize('kind', ['prestart', 'createRuntime', 'createContainer', 'startContainer'])
def test_a_hook_that_fails_or_hangs_ends_the_start_and_leaves_nothing(runtime, kind):
    config = runtime.config('true')
    config['hooks'] = {kind: [{'path': '/bin/sh', 'args': ['sh', '-c', 'exit 9']}]}
    done = runtime.run(config)
    assert done.code == 1 and f"hooks.{kind}[0] '/bin/sh' ended with status 9" in done.err
    assert runtime.left() == []
    config['hooks'] = {kind: [{'path': '/bin/sleep', 'args': ['sleep', '50'], 'timeout': 1}]}
    done = runtime.run(config)
    assert done.code == 1 and 'took longer than 1 s and was killed' in done.err
    assert runtime.left() == []


def test_a_user_namespace_maps_root_to_another(runtime):
    config = runtime.config('sh', '-c', 'id -u; cat /proc/self/uid_map; sleep 100')
    config['linux']['namespaces'].append({'type': 'user'})
    mapping = [{'containerID': 0, 'hostID': 100000, 'size': 65536}]
    config['linux'].update({'uidMappings': mapping, 'gidMappings': mapping})
    done = runtime.start('run', '--detach', '--bundle', runtime.bundle(config), 'box')
    assert done.code == 0, done.err
    status = pathlib.Path(f"/proc/{runtime.state('box')['pid']}/status").read_text()
    assert 'Uid:\t100000\t100000' in status
    assert runtime('exec', 'box', 'id', '-u').out == '0\n'
    inside = runtime('exec', 'box', 'sh', '-c', 'ls /; cd /..; ls').out.split()
    assert inside == 2 * sorted(['bin', 'dev', 'etc', 'proc', 'sys', 'tmp'])


def test_the_clock_of_a_time_namespace_is_moved(runtime):
    config = runtime.config('cat', '/proc/uptime')
    config['linux']['namespaces'].append({'type': 'time'})
    config['linux']['timeOffsets'] = {'boottime': {'secs': 1000000, 'nanosecs': 0}}
    assert float(runtime.run(config).out.split()[0]) > 1000000


def test_a_namespace_is_joined_by_its_path(runtime):
    assert runtime.start('run', '--detach', '--bundle', runtime.bundle(runtime.config('sleep', '100')), 'other').code == 0
    pid = runtime.state('other')['pid']
    config = runtime.config('ls', '-l', '/proc/self/ns/net', '/proc/self/ns/uts', '/proc/self/ns/ipc', '/proc/self/ns/pid')
    del config['hostname']
    config['mounts'] = [m for m in config['mounts'] if m['type'] != 'mqueue']
    for one in config['linux']['namespaces']:
        file = {'network': 'net', 'uts': 'uts', 'ipc': 'ipc', 'pid': 'pid'}.get(one['type'])
        if file:
            one['path'] = f'/proc/{pid}/ns/{file}'
    done = runtime.run(config)
    assert done.code == 0, done.err
    for name in ('net', 'uts', 'ipc', 'pid'):
        assert os.readlink(f'/proc/{pid}/ns/{name}') in done.out


def test_a_user_namespace_is_joined_and_owns_what_is_new(runtime):
    mapping = [{'containerID': 0, 'hostID': 100000, 'size': 65536}]
    first = runtime.config('sleep', '100')
    first['linux']['namespaces'].append({'type': 'user'})
    first['linux'].update({'uidMappings': mapping, 'gidMappings': mapping})
    assert runtime.start('run', '--detach', '--bundle', runtime.bundle(first), 'other').code == 0
    pid = runtime.state('other')['pid']
    config = runtime.config('sh', '-c', 'id -u; cat /proc/self/uid_map; hostname; ls -l /proc/self/ns/net; echo $$')
    config['linux']['namespaces'].append({'type': 'user', 'path': f'/proc/{pid}/ns/user'})
    for one in config['linux']['namespaces']:
        if one['type'] == 'network':
            one['path'] = f'/proc/{pid}/ns/net'
    done = runtime.run(config)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == '0' and lines[1].split() == ['0', '100000', '65536']
    assert lines[2] == 'gabion' and os.readlink(f'/proc/{pid}/ns/net') in lines[3] and lines[4] == '1'


def receive_terminal(server, masters):
    connection, _ = server.accept()
    with connection:
        _, fds, _, _ = socket.recv_fds(connection, 4096, 1)
        masters.extend(fds)


def test_a_terminal_is_sent_to_the_console_socket(runtime, tmp_path):
    deep = tmp_path / ('d' * 100)
    deep.mkdir()
    path, masters = deep / 'console.sock', []
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.open(deep, os.O_PATH)
        server.bind(f'/proc/self/fd/{folder}/console.sock')
        os.close(folder)
        server.listen(1)
        thread = threading.Thread(target=receive_terminal, args=(server, masters))
        thread.start()
        config = runtime.config('sh', '-c', 'tty; stat -c %t:%T /dev/console; ls -l /dev/console', terminal=True,
                                consoleSize={'height': 11, 'width': 22})
        assert runtime.start('create', '--bundle', runtime.bundle(config), '--console-socket', path, 'box').code == 0
        thread.join()
        assert os.get_terminal_size(masters[0]) == (22, 11)
        assert runtime('start', 'box').code == 0
        text = b''
        try:
            while b'console\r\n' not in text:
                text += os.read(masters[0], 1000)
        except OSError:
            pass
        os.close(masters[0])
    assert text.startswith(b'/dev/pts/0\r\n88:0\r\n')


def test_a_terminal_without_another_end_is_refused(runtime):
    done = runtime.start('create', '--bundle', runtime.bundle(runtime.config('true', terminal=True)), 'box')
    assert done.code == 1 and 'there is no --console-socket' in done.err


def test_descriptors_are_passed_on_only_when_asked(runtime):
    command = [runtime.program, '--root', runtime.states, 'run', '--bundle',
               runtime.bundle(runtime.config('ls', '/proc/self/fd'))]
    script = 'exec 3</dev/null 4</dev/null 5</dev/null; exec "$@"'

    def listed(*options):
        return subprocess.run(['sh', '-c', script, 'sh', *command, *options, 'box'], capture_output=True, text=True,
                              check=False)
    assert listed().stdout.split() == ['0', '1', '2', '3']
    assert listed('--preserve-fds', '2').stdout.split() == ['0', '1', '2', '3', '4', '5']
    assert 'descriptor 6 is to be passed on, but is not open' in listed('--preserve-fds=4').stderr


def test_signals_reach_the_program_in_the_foreground(runtime):
    config = runtime.config('sh', '-c', 'trap "echo caught; exit 3" TERM; echo ready; while :; do sleep 0.1; done')
    with runtime.popen('run', '--bundle', runtime.bundle(config), 'box', stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b'ready\n'
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == b'caught\n'
        assert process.wait() == 3


def test_a_sysctl_of_the_container_is_set_and_one_of_the_host_is_not(runtime):
    config = runtime.config('cat', '/proc/sys/kernel/shm_rmid_forced')
    config['linux']['sysctl'] = {'kernel.shm_rmid_forced': '1'}
    done = runtime.run(config)
    assert (done.code, done.out) == (0, '1\n'), done.err
    config['linux']['sysctl'] = {'../../etc/passwd': '1'}
    assert 'linux.sysctl' in runtime.run(config).err


NOTIFICATION, ANSWER = struct.Struct('=QIIiIQ6Q'), struct.Struct('=QqiI')
RECEIVE, SEND, EXDEV = 0xC0502100, 0xC0182101, 18


def answer_notifications(server, said):
    """An agent: takes the listener with the state, and answers one call with an error of its own."""
    connection, _ = server.accept()
    with connection:
        text, fds, _, _ = socket.recv_fds(connection, 65536, 1)
        said.append(json.loads(text))
    request = bytearray(NOTIFICATION.size)
    fcntl.ioctl(fds[0], RECEIVE, request)
    number, pid = NOTIFICATION.unpack(request)[:2]
    said.append(pid)
    fcntl.ioctl(fds[0], SEND, ANSWER.pack(number, 0, -EXDEV, 0))
    os.close(fds[0])


def test_an_agent_answers_calls_of_the_container(runtime):
    said, path = [], runtime.folder / 'agent.sock'
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(1)
        thread = threading.Thread(target=answer_notifications, args=(server, said))
        thread.start()
        config = runtime.config('mkdir', '/tmp/folder')
        config['root']['readonly'] = False
        config['linux']['seccomp'] = {
            'defaultAction': 'SCMP_ACT_ALLOW', 'listenerPath': str(path), 'listenerMetadata': 'for "you"',
            'syscalls': [{'names': ['mkdir', 'mkdirat'], 'action': 'SCMP_ACT_NOTIFY'}]}
        done = runtime.run(config)
        thread.join()
    assert done.code == 1 and 'cross-device link' in done.err, done
    assert said[0]['fds'] == ['seccompFd'] and said[0]['metadata'] == 'for "you"'
    assert said[0]['state']['id'] == 'box' and said[0]['pid'] == said[1] == said[0]['state']['pid']


def test_an_agent_that_is_not_there_is_told(runtime):
    config = runtime.config('true')
    config['linux']['seccomp'] = {'defaultAction': 'SCMP_ACT_NOTIFY', 'listenerPath': '/nowhere'}
    done = runtime.run(config)
    assert done.code == 1 and "linux.seccomp.listenerPath: cannot reach '/nowhere'" in done.err


def as_user(runtime, *arguments):
    return run(['setpriv', '--reuid', '12345', '--regid', '12345', '--clear-groups', runtime.program, '--root',
                runtime.folder / 'mine' / 'states', *arguments], env={'ASAN_OPTIONS': 'detect_leaks=0'})


def test_a_user_without_rights_runs_a_container_of_his_own(runtime):
    mine = runtime.folder / 'mine'
    oci.make_rootfs(mine / 'rootfs')
    shutil.copy(runtime.program, runtime.folder / 'gabion-oci')
    runtime.program = runtime.folder / 'gabion-oci'
    for folder, _, files in os.walk(mine):
        for name in ('', *files):
            os.lchown(os.path.join(folder, name), 12345, 12345)
    assert as_user(runtime, 'spec', '--rootless', '--bundle', mine).code == 0
    config = json.loads((mine / 'config.json').read_text())
    config['process'].update({'terminal': False, 'args': ['sh', '-c', 'id -u; id -g; ls /; cd /..; ls; exit 4']})
    (mine / 'config.json').write_text(json.dumps(config))
    done = as_user(runtime, 'run', '--bundle', mine, 'box')
    tree = sorted(['bin', 'dev', 'etc', 'proc', 'sys', 'tmp'])
    assert done.code == 4 and done.out.split() == ['0', '0', *tree, *tree], done
    config['linux']['uidMappings'].append({'containerID': 1, 'hostID': 200000, 'size': 10})
    (mine / 'config.json').write_text(json.dumps(config))
    done = as_user(runtime, 'run', '--bundle', mine, 'box')
    assert done.code == 1 and 'linux.uidMappings: newuidmap ended with status' in done.err
    assert list((mine / 'states').iterdir()) == []


HOSTILE = {
    'no JSON': ('{', 'config.json:1:2'),
    'a list': ('[]', 'an object belongs'),
    'a wrong type': ('{"ociVersion": 1, "root": {}}', 'ociVersion: a number where a string belongs'),
    'nothing': ('', 'config.json'),
    'a 0 byte': ('{"ociVersion": "1.0.0", "root": {"path": "a\\u0000b"}}', 'root.path: the text holds a 0 byte'),
    'deep': ('[' * 100000, 'nested deeper'),
}


@pytest.mark.parametrize('text,message', HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_configuration_is_refused_with_its_place(runtime, text, message):
    done = runtime.start('create', '--bundle', runtime.bundle(text), 'box')
    assert done.code == 1 and message in done.err, done.err
    assert not runtime.states.exists() or list(runtime.states.iterdir()) == []


@pytest.mark.parametrize('setting,value', [('intelRdt', {'closID': 'a'})])
def test_what_cannot_be_had_is_refused(runtime, setting, value):
    config = runtime.config('true')
    config['linux'][setting] = value
    done = runtime.run(config)
    assert done.code == 1 and f'linux.{setting}' in done.err and 'not supported' in done.err


def test_errors_are_logged_as_engines_read_them(runtime, tmp_path):
    log = tmp_path / 'log.json'
    done = runtime('--log', log, '--log-format', 'json', 'start', 'nobody')
    assert done.code == 1
    line = json.loads(log.read_text())
    assert line['level'] == 'error' and 'does not exist' in line['msg'] and line['time'].endswith('Z')


def test_two_starts_at_once_are_one_start(runtime):
    assert runtime.start('create', '--bundle', runtime.bundle(runtime.config('sleep', '100')), 'box').code == 0
    both = [runtime.popen('start', 'box', stderr=subprocess.PIPE) for _ in range(8)]
    assert sorted(p.wait() for p in both) == [0] + [1] * 7
    for process in both:
        process.stderr.close()


def test_a_process_id_given_to_another_is_not_ours(runtime):
    assert runtime.start('run', '--detach', '--bundle', runtime.bundle(runtime.config('sleep', '100')), 'box').code == 0
    status = runtime.states / 'box' / 'status'
    content = bytearray(status.read_bytes())
    content[4:8] = os.getpid().to_bytes(4, 'little')
    pid = runtime.state('box')['pid']
    status.write_bytes(content)
    assert runtime.state('box')['status'] == 'stopped'
    assert 'container not running' in runtime('kill', 'box', 'KILL').err
    os.kill(pid, signal.SIGKILL)


def test_a_version_and_features_are_what_engines_ask(runtime):
    assert runtime('--version').out.startswith('gabion-oci version ')
    features = json.loads(runtime('features').out)
    assert features['ociVersionMin'] == '1.0.0' and features['linux']['seccomp']['enabled']
    assert 'CAP_SYS_ADMIN' in features['linux']['capabilities'] and 'rbind' in features['mountOptions']
