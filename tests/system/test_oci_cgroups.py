# SPDX-License-Identifier: Apache-2.0
"""What a container may use, from outside: limits, device rules, pausing, figures, and nothing left of any of it."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

import oci
from conftest import run

pytestmark = pytest.mark.skipif(oci.why_not() is not None, reason=str(oci.why_not()))
MIB = 1 << 20
NAME = f'cgroups{os.getpid()}'  # others test on this machine, too
VERSION1 = pathlib.Path('/sys/fs/cgroup/memory/tasks').exists()
ONLY_VERSION1 = pytest.mark.skipif(not VERSION1, reason='the controllers of this machine are of version 2')


def left():
    """Folders of ours, in any hierarchy."""
    return [f for f in oci.cgroups() if NAME in f.name]


@pytest.fixture
def runtime(build, tmp_path):
    program = build / 'bin' / 'gabion-oci'
    if not program.exists():
        pytest.skip('gabion-oci is not built')
    before = oci.mounts()
    runtime = oci.Runtime(program, tmp_path, run)
    yield runtime
    for state in list(runtime.states.iterdir()) if runtime.states.exists() else []:
        runtime('delete', '--force', state.name)
    assert left() == [] and list(runtime.states.iterdir() if runtime.states.exists() else []) == []
    assert oci.mounts() == before


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, 'waited too long'
        time.sleep(0.01)


def limited(runtime, *args, resources=None, path=None, **process):
    config = runtime.config(*args, **process)
    config['linux']['resources'] = {**config['linux'].get('resources', {}), **(resources or {})}
    config['linux']['cgroupsPath'] = f'/gabion-{NAME}' if path is None else path
    return config


def start(runtime, config, name=NAME):
    done = runtime.start('run', '--detach', '--bundle', runtime.bundle(config), name)
    assert done.code == 0, done.err
    return runtime.state(name)['pid']


def setting(controller, name, group=f'gabion-{NAME}'):
    """A file of a group, where the controller is mounted."""
    for folder in (f'/sys/fs/cgroup/{controller}', '/sys/fs/cgroup'):
        file = pathlib.Path(folder, group, name)
        if file.exists():
            return file.read_text().strip()
    return None


def children(runtime, name=NAME):
    return json.loads(runtime('ps', '--format', 'json', name).out)


def test_limits_are_in_force(runtime):
    start(runtime, limited(runtime, 'sleep', '100', resources={'memory': {'limit': 32 * MIB, 'swap': 32 * MIB},
                                                               'pids': {'limit': 9}, 'cpu': {'shares': 2000}}))
    assert setting('memory', 'memory.limit_in_bytes') or setting('memory', 'memory.max') == str(32 * MIB)
    assert setting('pids', 'pids.max') == '9'
    assert (setting('cpu', 'cpu.shares') or setting('cpu', 'cpu.weight')) in ('2000', '170')


def test_a_fork_bomb_stays_inside_and_dies_whole(runtime):
    bomb = 'spawn() { spawn & spawn & exec sleep 100; }; spawn'
    config = limited(runtime, 'sh', '-c', bomb, resources={'pids': {'limit': 40}})
    config['linux']['namespaces'] = [n for n in config['linux']['namespaces'] if n['type'] != 'pid']
    start(runtime, config)
    wait_for(lambda: setting('pids', 'pids.events') != 'max 0')
    assert 1 < len(children(runtime)) <= 40
    assert runtime('kill', '--all', NAME, 'KILL').code == 0
    wait_for(lambda: runtime.state(NAME)['status'] == 'stopped')
    assert runtime('delete', NAME).code == 0
    assert left() == []


def test_a_paused_container_stands_still(runtime):
    config = limited(runtime, 'sh', '-c', 'n=0; while :; do n=$((n+1)); echo $n >/tmp/count; done')
    config['root']['readonly'] = False
    start(runtime, config)
    count = runtime.rootfs / 'tmp' / 'count'
    wait_for(lambda: count.exists() and count.read_text())
    assert runtime.state(NAME)['status'] == 'running'
    assert runtime('pause', NAME).code == 0
    assert runtime.state(NAME)['status'] == 'paused'
    before = count.read_text()
    time.sleep(0.1)
    assert count.read_text() == before
    again = runtime('pause', NAME)
    assert again.code == 1 and f"the container '{NAME}' is paused" in again.err
    assert runtime('resume', NAME).code == 0
    assert runtime.state(NAME)['status'] == 'running'
    assert runtime('resume', NAME).code == 1


@pytest.mark.parametrize('arguments', [('kill', NAME, 'KILL'), ('kill', '--all', NAME, 'KILL'),
                                       ('delete', '--force', NAME)])
def test_a_paused_container_can_be_ended(runtime, arguments):
    pid = start(runtime, limited(runtime, 'sleep', '100'))
    assert runtime('pause', NAME).code == 0
    assert runtime(*arguments).code == 0
    wait_for(lambda: not pathlib.Path(f'/proc/{pid}').exists() or 'Z' in status_of(pid) or 'X' in status_of(pid))


def status_of(pid):
    try:
        return pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return 'X'


def test_limits_are_changed_by_options(runtime):
    start(runtime, limited(runtime, 'sleep', '100'))
    done = runtime('update', '--memory', '64m', '--memory-swap', '64m', '--pids-limit', '12', '--cpu-quota', '20000',
                   '--cpu-period', '100000', '--cpuset-cpus', '0', NAME)
    assert (done.code, done.err) == (0, '')
    assert setting('pids', 'pids.max') == '12'
    assert setting('cpuset', 'cpuset.cpus') == '0'
    assert (setting('memory', 'memory.limit_in_bytes') or setting('memory', 'memory.max')) == str(64 * MIB)
    assert (setting('cpu', 'cpu.cfs_quota_us') or setting('cpu', 'cpu.max')) in ('20000', '20000 100000')
    assert runtime('update', '--cpu-quota', '-1', '--memory', '-1', '--memory-swap', '-1', NAME).code == 0


def test_limits_are_changed_by_a_document(runtime, tmp_path):
    start(runtime, limited(runtime, 'sleep', '100'))
    (tmp_path / 'more.json').write_text('{"pids": {"limit": 33}}')
    assert runtime('update', '--resources', tmp_path / 'more.json', NAME).code == 0
    assert setting('pids', 'pids.max') == '33'
    assert runtime('update', '-r', '-', NAME, stdin='{"pids": {"limit": 34}}').code == 0
    assert setting('pids', 'pids.max') == '34'


@pytest.mark.parametrize('arguments, stdin, says', [
    ((), None, 'not told what to change'),
    (('--memory', 'much'), None, "--memory takes bytes, or 512k, 64m, 2g, or -1, not 'much'"),
    (('--memory', '9999999999g'), None, '--memory takes bytes'),
    (('--pids-limit', '0x10'), None, "--pids-limit takes a number, not '0x10'"),
    (('--pids-limit', '5', '-r', '-'), '{}', 'goes with no other option'),
    (('-r', '-'), '{"pids": {"limit": "5"}}', 'standard input:1:'),
    (('-r', '-'), '{"pids": ', 'standard input:1:'),
    (('-r', '-'), '{"devices": [{"allow": true}]}', 'device rules cannot be changed'),
    (('-r', '/nonexistent'), None, 'cannot open /nonexistent'),
    (('--cpuset-cpus', '0-99999'), None, "linux.resources.cpu.cpus: writing '0-99999' to"),
])
def test_changes_that_cannot_be_made_are_told(runtime, arguments, stdin, says):
    start(runtime, limited(runtime, 'sleep', '100', resources={'pids': {'limit': 21}}))
    done = runtime('update', *arguments, NAME, stdin=stdin)
    assert done.code == 1 and says in done.err, done.err
    assert setting('pids', 'pids.max') == '21'


def test_figures_have_the_form_of_runc(runtime):
    start(runtime, limited(runtime, 'sleep', '100', resources={'memory': {'limit': 32 * MIB}, 'pids': {'limit': 9}}))
    event = json.loads(runtime('events', '--stats', NAME).out)
    assert (event['type'], event['id']) == ('stats', NAME)
    data = event['data']
    assert data['pids'] == {'current': 1, 'limit': 9}
    assert data['memory']['usage']['limit'] == 32 * MIB and data['memory']['usage']['usage'] > 0
    assert data['cpu']['usage']['total'] > 0 and set(data['cpu']['throttling']) == {'periods', 'throttledPeriods',
                                                                                   'throttledTime'}
    assert isinstance(data['blkio']['ioServiceBytesRecursive'], list)


def test_events_come_until_the_end(runtime):
    pid = start(runtime, limited(runtime, 'sleep', '100'))
    with runtime.popen('events', '--interval', '20ms', NAME, stdout=subprocess.PIPE, text=True) as events:
        first, second = (json.loads(events.stdout.readline()) for _ in range(2))
        assert first['type'] == second['type'] == 'stats'
        os.kill(pid, signal.SIGKILL)
        events.stdout.read()
        assert events.wait(10) == 0


def test_running_out_of_memory_is_an_event(runtime):
    eater = "while [ ! -e /tmp/go ]; do sleep 0.01; done; head -c 64m /dev/zero | tail -c 60m >/dev/null; sleep 100"
    config = limited(runtime, 'sh', '-c', eater, resources={'memory': {'limit': 16 * MIB, 'swap': 16 * MIB}})
    (runtime.rootfs / 'bin' / 'head').symlink_to('busybox')
    (runtime.rootfs / 'bin' / 'tail').symlink_to('busybox')
    start(runtime, config)
    with runtime.popen('events', '--interval', '50ms', NAME, stdout=subprocess.PIPE, text=True) as events:
        assert json.loads(events.stdout.readline())['type'] == 'stats'
        (runtime.rootfs / 'tmp' / 'go').touch()
        seen = ''
        while seen != 'oom':
            seen = json.loads(events.stdout.readline())['type']
        events.terminate()


@pytest.mark.parametrize('interval', ['0s', '1', 'soon', '-5s', '99999h', '5'])
def test_an_interval_is_a_time(runtime, interval):
    start(runtime, limited(runtime, 'sleep', '100'))
    done = runtime('events', f'--interval={interval}', NAME)
    assert done.code == 1 and 'takes a time from 10ms to 24h' in done.err


def test_processes_are_listed(runtime):
    pid = start(runtime, limited(runtime, 'sh', '-c', 'sleep 100 & sleep 101; true'))
    wait_for(lambda: len(children(runtime)) == 3)
    assert pid in children(runtime)
    table = runtime('ps', NAME).out.splitlines()
    assert table[0].split() == ['PID', 'NAME'] and len(table) == 4
    assert runtime('ps', '--format', 'xml', NAME).code == 1


@pytest.mark.parametrize('command', [('ps',), ('pause',), ('resume',), ('update', '--pids-limit', '5'), ('events',)])
def test_a_stopped_container_is_told(runtime, command):
    start(runtime, limited(runtime, 'true'))
    wait_for(lambda: runtime.state(NAME)['status'] == 'stopped')
    done = runtime(*command, NAME)
    assert done.code == 1 and f"the container '{NAME}' has stopped" in done.err


def test_devices_that_are_not_allowed_cannot_be_opened(runtime):
    rules = [{'allow': False, 'access': 'rwm'}, {'allow': True, 'type': 'c', 'major': 1, 'minor': 11, 'access': 'm'}]
    config = limited(runtime, 'sh', '-c', 'echo x >/dev/null && head -c 1 /dev/kmsg', resources={'devices': rules})
    (runtime.rootfs / 'bin' / 'head').symlink_to('busybox')
    config['linux']['devices'] = [{'path': '/dev/kmsg', 'type': 'c', 'major': 1, 'minor': 11, 'fileMode': 0o666}]
    done = runtime.run(config, NAME)
    assert done.code != 0 and 'Operation not permitted' in done.err


@pytest.mark.parametrize('path', ['../up', '/a/../../b', '/', '', 'x' * 300, '/a' * 600, 'a:b:', 'x:y:z'],
                         ids=['up', 'up-within', 'root', 'none', 'long-name', 'long', 'nameless', 'no-slice'])
def test_paths_that_lead_elsewhere_are_refused(runtime, path):
    done = runtime.run(limited(runtime, 'true', path=path), NAME)
    if path == '':
        assert done.code == 0
    else:
        assert done.code == 1 and 'the cgroup path' in done.err and 'config.json:' in done.err, done.err


@pytest.mark.parametrize('path, folder', [
    (f'/{NAME}.parent/deep/box', f'{NAME}.parent/deep/box'), (f'{NAME}.here', f'{NAME}.here'),
    (f'{NAME}.slice:gabion:one', f'{NAME}.slice/gabion-one.scope')])
def test_the_folder_is_where_it_was_asked_for_and_goes_with_its_parents(runtime, path, folder):
    start(runtime, limited(runtime, 'sleep', '100', resources={'pids': {'limit': 17}}, path=path))
    assert setting('pids', 'pids.max', folder) == '17'
    assert runtime('delete', '--force', NAME).code == 0
    assert left() == []


def test_two_containers_never_share_a_folder(runtime):
    start(runtime, limited(runtime, 'sleep', '100', path=f'/{NAME}-shared'))
    done = runtime.run(limited(runtime, 'true', path=f'/{NAME}-shared'), f'{NAME}-other')
    assert done.code == 1 and 'has processes already' in done.err
    assert len(children(runtime)) == 1


@pytest.mark.parametrize('resources, says', [
    ({'cpu': {'cpus': '0-99999'}}, 'linux.resources.cpu.cpus'),
    ({'cpu': {'cpus': 'first'}}, 'linux.resources.cpu.cpus'),
    ({'cpu': {'quota': 5, 'period': 100000}}, 'linux.resources.cpu.quota'),
    ({'cpu': {'period': 1}}, 'linux.resources.cpu.period'),
    ({'hugepageLimits': [{'pageSize': '3MB', 'limit': 1}]}, 'linux.resources.hugepageLimits'),
    ({'blockIO': {'throttleReadBpsDevice': [{'major': 999, 'minor': 0, 'rate': 5}]}},
     'linux.resources.blockIO.throttleReadBpsDevice'),
    ({'unified': {'cgroup.procs': '1'}}, "'cgroup.procs' is no setting of a container"),
    ({'unified': {'memory.nonsense': '1'}}, 'linux.resources.unified'),
])
def test_what_cannot_be_applied_fails_the_start(runtime, resources, says):
    done = runtime.run(limited(runtime, 'true', resources=resources), NAME)
    assert done.code == 1 and says in done.err, done.err
    assert left() == []


def changed_mounts(runtime, script, config):
    """A run on a machine whose cgroups are mounted otherwise, in a mount namespace of its own."""
    bundle = runtime.bundle(config)
    command = f'{script} && exec {runtime.program} --root {runtime.states} run --bundle {bundle} {NAME}'
    return run(['unshare', '-m', '--propagation', 'private', 'sh', '-c', command])


@ONLY_VERSION1
def test_a_plain_folder_is_no_controller(runtime):
    asks = limited(runtime, 'true', resources={'pids': {'limit': 5}})
    done = changed_mounts(runtime, 'umount /sys/fs/cgroup/pids', asks)
    assert done.code == 1
    assert "linux.resources.pids.limit needs the cgroup controller 'pids', which is not mounted" in done.err
    done = changed_mounts(runtime, 'umount /sys/fs/cgroup/pids', limited(runtime, 'echo', 'fine'))
    assert (done.code, done.out) == (0, 'fine\n'), done.err
    assert not list(pathlib.Path('/sys/fs/cgroup/pids').glob(f'*{NAME}*'))


@ONLY_VERSION1
def test_a_controller_is_found_wherever_it_is_mounted(runtime, tmp_path):
    place = tmp_path / 'elsewhere'
    place.mkdir()
    asks = limited(runtime, 'cat', '/proc/self/cgroup', resources={'pids': {'limit': 5}})
    asks['linux']['namespaces'] = [n for n in asks['linux']['namespaces'] if n['type'] != 'cgroup']
    done = changed_mounts(runtime, f'mount --bind /sys/fs/cgroup/pids {place} && umount /sys/fs/cgroup/pids', asks)
    assert done.code == 0, done.err
    assert f':pids:/gabion-{NAME}' in done.out


@ONLY_VERSION1
def test_it_runs_with_version_1_alone(runtime):
    asks = limited(runtime, 'cat', '/proc/self/cgroup', resources={'pids': {'limit': 5}, 'memory': {'limit': 32 * MIB}})
    asks['linux']['namespaces'] = [n for n in asks['linux']['namespaces'] if n['type'] != 'cgroup']
    done = changed_mounts(runtime, 'umount /sys/fs/cgroup/unified', asks)
    assert done.code == 0, done.err
    for line in done.out.splitlines():
        number, _, path = line.split(':')
        assert path == ('/' if number == '0' else f'/gabion-{NAME}')


@ONLY_VERSION1
def test_it_runs_without_any_cgroup_only_where_nothing_is_asked_as_no_root(runtime):
    done = changed_mounts(runtime, 'umount -R /sys/fs/cgroup', limited(runtime, 'true'))
    assert done.code == 1 and 'no cgroup hierarchy is mounted' in done.err


def test_limits_are_not_dropped_where_cgroups_are_disabled(runtime):
    limits = runtime.bundle(limited(runtime, 'true', resources={'pids': {'limit': 5}}))
    done = runtime('--cgroup-manager=disabled', 'run', '--bundle', limits, NAME)
    assert done.code == 1 and '--cgroup-manager is disabled' in done.err
    assert runtime('--cgroup-manager=disabled', 'run', '--bundle', runtime.bundle(runtime.config('true')), NAME).code == 0


@pytest.mark.skipif(not shutil.which('strace'), reason='strace is not installed')
@pytest.mark.parametrize('call, error', [('mkdirat', 'ENOSPC'), ('mkdirat', 'EROFS'), ('openat2', 'EMFILE'),
                                         ('openat', 'ENFILE'), ('write', 'EIO'), ('write', 'EINTR'),
                                         ('fstatfs', 'EACCES'), ('fsetxattr', 'ENOSPC'), ('getdents64', 'EIO')])
def test_whatever_fails_nothing_is_left(runtime, call, error, tmp_path):
    """Every call of the runtime itself, one after the other, until there are no more."""
    config = limited(runtime, 'true', path=f'/{NAME}.parent/box',
                     resources={'pids': {'limit': 5}, 'memory': {'limit': 32 * MIB}, 'cpu': {'cpus': '0'}})
    bundle = runtime.bundle(config)
    log = tmp_path / 'calls'
    for number in range(1, 400):
        done = run(['strace', '-qq', '-o', log, '-e', f'trace={call}', '-e', f'inject={call}:error={error}:when={number}',
                    runtime.program, '--root', runtime.states, 'run', '--bundle', bundle, NAME])
        assert left() == [], f'{call} number {number}'
        assert not runtime.states.exists() or list(runtime.states.iterdir()) == [], f'{call} number {number}'
        if 'INJECTED' not in log.read_text():
            assert done.code == 0, done.err
            break
        assert done.code == 0 or done.err.startswith('gabion-oci: '), f'{call} number {number}: {done}'
    else:
        pytest.fail(f'{call} was never passed')
