# SPDX-License-Identifier: Apache-2.0
"""Cgroup version 2 alone, as on most machines: the unit tests that use the machine's own hierarchies run here too,
and containers with limits."""
import copy
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('GABION_BUILD') or ROOT / 'build')
UNITS = {'cgroup_test': 'src/sys/cgroup_test', 'device_rules_test': 'src/sys/device_rules_test',
         'oci_cgroups_test': 'src/programs/gabion-oci/oci_cgroups_test'}
LEFT = "find /sys/fs/cgroup -name '*gabion*'; find /sys/fs/cgroup -name 'pods*'"
MIB = 1 << 20
GROUP = '/sys/fs/cgroup/gabion-c'


@pytest.fixture(scope='module')
def results(vm, kernel):
    """What each unit test said on each kernel, and what it left."""
    files = {f'/bin/{name}': BUILD / path for name, path in UNITS.items()}
    commands = [f'{name}; {LEFT}' for name in UNITS]
    return dict(zip(UNITS, vm.run(commands, kernel=kernel, files=files)))


@pytest.mark.parametrize('unit', UNITS)
def test_it_works_with_version_2_alone(results, unit):
    said = results[unit].out.splitlines()
    failed = [line for line in said if not line.startswith(('ok ', '1..'))]
    assert not failed and len(said) > 1 and results[unit].code == 0, '\n'.join(said) + results[unit].err


def config(base, *args, resources=None, path=None, devices=(), cgroup_mount=False):
    document = copy.deepcopy(base)
    document['process'].update(terminal=False, args=['sh', '-c', *args])
    document['process'].pop('rlimits', None)
    document['root'] = {'path': '/rootfs', 'readonly': False}
    document['linux'].setdefault('resources', {}).update(resources or {})
    document['linux']['devices'] = list(devices)
    if path:
        document['linux']['cgroupsPath'] = path
    if cgroup_mount:
        document['mounts'] = [m for m in document['mounts'] if m['type'] != 'cgroup'] + [
            {'destination': '/sys/fs/cgroup', 'type': 'cgroup', 'source': 'cgroup', 'options': ['nosuid', 'noexec']}]
    return json.dumps(document)


RESOURCES = {'memory': {'limit': 32 * MIB, 'swap': 32 * MIB, 'reservation': 8 * MIB}, 'pids': {'limit': 20},
             'cpu': {'shares': 2000, 'quota': 50000, 'period': 100000, 'cpus': '0'}}
INSIDE = 'mkdir /sys/fs/cgroup/sub; echo 0 >/sys/fs/cgroup/sub/cgroup.procs; ' \
         'echo +pids >/sys/fs/cgroup/cgroup.subtree_control; sleep 100'
BUNDLES = {
    'limits': (['sleep 100'], {'resources': RESOURCES}),
    'unified': (['cat /proc/self/cgroup; sleep 100'], {'resources': {'unified': {'memory.high': str(24 * MIB),
                                                                                'cgroup.max.depth': '3'}}}),
    'swap': (['true'], {'resources': {'memory': {'swap': MIB}}}),
    'swappiness': (['true'], {'resources': {'memory': {'swappiness': 5}}}),
    'device': (['head -c 1 /dev/zero | wc -c; head -c 1 /dev/kmsg'], {'resources': {'devices': [
        {'allow': False, 'access': 'rwm'}]}, 'devices': [{'path': '/dev/kmsg', 'type': 'c', 'major': 1, 'minor': 11}]}),
    'busy': (['true'], {'path': '/busy/box', 'resources': {'pids': {'limit': 5}}}),
    'pods': (['cat /sys/fs/cgroup/pids.max; true'], {'path': '/pods/a/b', 'resources': {'pids': {'limit': 5}}}),
    'nested': ([INSIDE], {'cgroup_mount': True}),
    'bomb': (['spawn() { spawn & spawn & exec sleep 100; }; spawn'], {'resources': {'pids': {'limit': 30}}}),
    'eater': (['while [ ! -e /tmp/go ]; do sleep 0.1; done; head -c 64m /dev/zero | tail -c 60m >/dev/null; sleep 100'],
              {'resources': {'memory': {'limit': 16 * MIB, 'swap': 16 * MIB}}}),
}
SETTLE = 'sleep 0.3'
END = 'gabion-oci delete --force c'
USER = '/bin/as-user --reuid 1000 --regid 1000 --clear-groups'
STEPS = {
    'limits': f'gabion-oci run -d -b /limits c >/dev/null 2>&1 && cd {GROUP} && cat memory.max memory.swap.max memory.low '
              f'pids.max cpu.weight cpu.max cpuset.cpus; {END}',
    'update': f'gabion-oci run -d -b /limits c >/dev/null 2>&1 && gabion-oci update --memory 64m --memory-swap 96m '
              f'--cpu-period 50000 --pids-limit -1 c && cd {GROUP} && cat memory.max memory.swap.max cpu.max pids.max; {END}',
    'update-swap': f'gabion-oci run -d -b /limits c >/dev/null 2>&1; gabion-oci update --memory-swap 64m c && '
                   f'cat {GROUP}/memory.swap.max; {END}',
    'pause': f'gabion-oci run -d -b /limits c >/dev/null 2>&1 && gabion-oci pause c && cat {GROUP}/cgroup.freeze && '
             f'gabion-oci state c | grep status && gabion-oci resume c && cat {GROUP}/cgroup.freeze; {END}',
    'stats': f'gabion-oci run -d -b /limits c >/dev/null 2>&1 && gabion-oci events --stats c; {END} >&2',
    'unified': f'gabion-oci run -d -b /unified c >/dev/null 2>&1 && cat {GROUP}/memory.high {GROUP}/cgroup.max.depth; {END}',
    'swap': 'gabion-oci run -b /swap c',
    'swappiness': 'gabion-oci run -b /swappiness c',
    'device': 'gabion-oci run -b /device c',
    'busy': 'mkdir /sys/fs/cgroup/busy && sh -c "echo 0 >/sys/fs/cgroup/busy/cgroup.procs; gabion-oci run -b /busy c"; '
            'code=$?; find /sys/fs/cgroup/busy -type d; rmdir /sys/fs/cgroup/busy; exit $code',
    'pods': 'gabion-oci run -b /pods c',
    'nested': f'gabion-oci run -d -b /nested c >/dev/null 2>&1; {SETTLE}; gabion-oci exec c sh -c "cat /proc/self/cgroup"; '
              f'gabion-oci ps -f json c; gabion-oci kill --all c KILL; {SETTLE}; gabion-oci delete c',
    'bomb': f'gabion-oci run -d -b /bomb c >/dev/null 2>&1; for i in $(seq 100); do grep "max [1-9]" {GROUP}/pids.events >/dev/null && '
            f'echo bounded && break; sleep 0.1; done; '
            f'gabion-oci kill --all c KILL && {SETTLE} && cat {GROUP}/cgroup.procs | wc -l; gabion-oci delete c',
    'rootless': 'cd /sys/fs/cgroup && mkdir -p user/launch && echo "+pids +memory" >user/cgroup.subtree_control && '
                'chown -R 1000 user && chown 1000 /rootless /rootless/config.json && echo 0 >user/launch/cgroup.procs && '
                f'{USER} gabion-oci --root /tmp/states run --no-pivot -b /rootless c; code=$?; '
                'echo 0 >/sys/fs/cgroup/cgroup.procs; find user -type d; rmdir user/launch user; exit $code',
    'rootless-alone': f'{USER} gabion-oci --root /tmp/states run --no-pivot -b /alone c',
    'rootless-denied': f'{USER} gabion-oci --root /tmp/states run --no-pivot -b /rootless c',
    'oom': f'gabion-oci run -d -b /eater c >/dev/null 2>&1; (gabion-oci events --interval 1h c | head -n 1) & sleep 0.5; '
           f'touch /rootfs/tmp/go; wait; {END}',
}


@pytest.fixture(scope='module')
def contained(vm, kernel, tmp_path_factory):
    """How each step ended on each kernel, and what was left of it in the end."""
    program = BUILD / 'bin' / 'gabion-oci'
    if not program.exists():
        pytest.skip('gabion-oci is not built')
    folder = tmp_path_factory.mktemp('spec')
    (folder / 'rootless').mkdir()
    subprocess.run([program, 'spec', '--bundle', folder], check=True)
    base = json.loads((folder / 'config.json').read_text())
    files = {'/bin/gabion-oci': program, '/bin/as-user': pathlib.Path('/usr/bin/setpriv'),
             '/rootfs/bin/busybox': pathlib.Path('/bin/busybox')}
    subprocess.run([program, 'spec', '--rootless', '--bundle', folder / 'rootless'], check=True)
    rootless = json.loads((folder / 'rootless' / 'config.json').read_text())
    for mapping in rootless['linux']['uidMappings'] + rootless['linux']['gidMappings']:
        mapping['hostID'] = 1000
    files['/rootless/config.json'] = config(rootless, 'cat /sys/fs/cgroup/user/pod/box/pids.max /proc/self/cgroup',
                                            path='/user/pod/box', resources={'pids': {'limit': 7}})
    files['/alone/config.json'] = config(rootless, 'echo alone')
    files |= {f'/{name}/config.json': config(base, *args, **more) for name, (args, more) in BUNDLES.items()}
    setup = 'cd /rootfs && mkdir -p proc sys dev tmp && for name in sh cat sleep head tail wc mkdir true; ' \
            'do ln -s busybox bin/$name; done'
    runs = vm.run([setup, *STEPS.values(), LEFT], kernel=kernel, files=files, timeout_s=240)
    return dict(zip(['setup', *STEPS, 'left'], runs))


def test_limits_of_version_2(contained):
    assert contained['setup'].code == 0, contained['setup'].err
    assert contained['limits'].out.split('\n') == [str(32 * MIB), '0', str(8 * MIB), '20', '170', '50000 100000', '0', '']


def test_limits_of_version_2_can_be_changed(contained):
    assert contained['update'].out.split('\n') == [str(64 * MIB), str(32 * MIB), '50000 50000', 'max', '']
    assert contained['update-swap'].out == f'{32 * MIB}\n', contained['update-swap'].err


def test_pausing_freezes(contained):
    assert contained['pause'].out.split('\n') == ['1', '  "status": "paused",', '0', ''], contained['pause'].err


def test_figures_of_version_2(contained):
    data = json.loads(contained['stats'].out)['data']
    assert data['memory']['usage']['limit'] == 32 * MIB and data['memory']['usage']['usage'] > 0
    assert data['pids'] == {'current': 1, 'limit': 20}
    assert data['cpu']['usage']['total'] > 0


def test_settings_by_their_names_of_version_2(contained):
    assert contained['unified'].out == f'{24 * MIB}\n3\n', contained['unified'].err


@pytest.mark.parametrize('step, says', [
    ('swap', 'linux.resources.memory.swap is memory and swap together'),
    ('swappiness', 'linux.resources.memory.swappiness cannot be set: cgroup version 2 has no such setting'),
])
def test_what_version_2_cannot_do_is_told(contained, step, says):
    assert contained[step].code == 1 and says in contained[step].err, contained[step].err


def test_the_device_program_stands_in_the_way(contained):
    assert contained['device'].out == '1\n' and 'Operation not permitted' in contained['device'].err, contained['device']


def test_processes_above_the_leaves_are_explained(contained):
    busy = contained['busy']
    assert busy.code == 1 and "cannot hand down the controller 'pids' because it has processes" in busy.err, busy.err
    assert busy.out == '/sys/fs/cgroup/busy\n'


def test_parents_go_with_the_last_container(contained):
    assert contained['pods'].code == 0, contained['pods'].err


def test_a_program_joins_a_container_that_made_cgroups_of_its_own(contained):
    nested = contained['nested']
    where, processes = nested.out.splitlines()
    assert where == '0::/sub' and len(json.loads(processes)) > 0 and nested.code == 0, nested


def test_a_fork_bomb_is_killed_in_one_write(contained):
    assert contained['bomb'].out == 'bounded\n0\n' and contained['bomb'].code == 0, contained['bomb']


def test_running_out_of_memory_is_an_event(contained):
    assert json.loads(contained['oom'].out.splitlines()[0]) == {'type': 'oom', 'id': 'c'}, contained['oom']


def test_a_user_sets_limits_in_what_was_delegated(contained):
    rootless = contained['rootless']
    assert rootless.code == 0, rootless.err
    limit, where, top, launch = rootless.out.splitlines()
    assert limit == '7' and where == '0::/' and {top, launch} == {'user', 'user/launch'}, rootless


def test_a_user_without_cgroups_runs_what_asks_for_none(contained):
    assert contained['rootless-alone'].out == 'alone\n', contained['rootless-alone'].err
    denied = contained['rootless-denied']
    assert denied.code == 1 and 'cannot make the cgroup' in denied.err and 'delegated' in denied.err, denied


def test_nothing_is_left(contained):
    assert contained['left'].out == ''
