# SPDX-License-Identifier: Apache-2.0
"""Network devices that are moved into a container, and back when it does not come to be."""
import json
import os
import shutil
import subprocess

import pytest

import oci
from conftest import run


def ip(*arguments, check=True):
    return subprocess.run(['ip', *map(str, arguments)], capture_output=True, text=True, check=check)


def why_not():
    if oci.why_not():
        return oci.why_not()
    if not shutil.which('ip'):
        return 'ip of iproute2 is not installed'
    probe = f'gp{os.getpid()}'
    made = ip('link', 'add', probe, 'type', 'veth', 'peer', 'name', f'{probe}p', check=False)
    ip('link', 'del', probe, check=False)
    return None if made.returncode == 0 else 'no virtual network devices: ' + made.stderr.strip()


REASON = why_not()
pytestmark = pytest.mark.skipif(REASON is not None, reason=str(REASON))
MAC = '02:00:5e:10:00:01'


@pytest.fixture
def runtime(build):
    yield from oci.runtime(build, run)


@pytest.fixture
def device():
    """One end of a pair, with a hardware address, an MTU and addresses of its own."""
    name = f'gt{os.getpid()}'
    ip('link', 'add', name, 'address', MAC, 'mtu', '1400', 'type', 'veth', 'peer', 'name', f'{name}p')
    ip('address', 'add', '192.0.2.7/24', 'dev', name)
    ip('address', 'add', '198.51.100.7', 'peer', '198.51.100.9/32', 'dev', name)
    ip('link', 'set', name, 'up')
    yield name
    ip('link', 'del', name, check=False)
    ip('link', 'del', f'{name}p', check=False)


def shown(text):
    """What `ip -j address` says of the devices, without the loopback's."""
    return {d['ifname']: d for d in json.loads(text) if d['ifname'] != 'lo'}


def addresses(device):
    return {(a['local'], a.get('address')) for a in device['addr_info'] if a['scope'] == 'global'}


def is_home(device):
    found = shown(ip('-j', 'address').stdout).get(device)
    return found and 'UP' in found['flags'] and addresses(found) == {('192.0.2.7', None),
                                                                    ('198.51.100.7', '198.51.100.9')}


def devices_in(pid):
    return shown(subprocess.run(['nsenter', f'--net=/proc/{pid}/ns/net', 'ip', '-j', 'address'], capture_output=True,
                                text=True, check=True).stdout)


def inside(runtime, config):
    """The devices of a container that is running."""
    config['process']['args'] = ['sleep', '100']
    done = runtime.start('run', '--detach', '--bundle', runtime.bundle(config), 'box')
    assert done.code == 0, done.err
    return devices_in(runtime.state('box')['pid'])


@pytest.mark.parametrize('name,expected', [({}, None), ({'name': 'net0'}, 'net0'), ({'name': 'eth%d'}, 'eth0')])
def test_a_device_is_moved_with_all_that_it_has(runtime, device, name, expected):
    config = runtime.config('true')
    config['linux']['netDevices'] = {device: name}
    found = inside(runtime, config)[expected or device]
    assert 'UP' in found['flags'] and (found['address'], found['mtu']) == (MAC, 1400)
    assert addresses(found) == {('192.0.2.7', None), ('198.51.100.7', '198.51.100.9')}
    assert device not in shown(ip('-j', 'address').stdout)


def test_it_is_moved_into_a_namespace_that_is_joined(runtime, device):
    with subprocess.Popen(['unshare', '--net', 'sh', '-c', 'echo ready; exec sleep 100'],
                          stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b'ready\n'
        space = f'/proc/{holder.pid}/ns/net'
        config = runtime.config('true')
        for one in config['linux']['namespaces']:
            if one['type'] == 'network':
                one['path'] = space
        config['linux']['netDevices'] = {device: {'name': 'net0'}}
        assert runtime.run(config).code == 0
        assert 'net0' in devices_in(holder.pid)
        holder.kill()


def test_a_device_inside_a_user_namespace(runtime, device):
    config = runtime.config('true')
    config['linux']['namespaces'].append({'type': 'user'})
    config['linux']['uidMappings'] = config['linux']['gidMappings'] = [
        {'containerID': 0, 'hostID': 100000, 'size': 65536}]
    config['linux']['netDevices'] = {device: {}}
    assert 'UP' in inside(runtime, config)[device]['flags']


FAILURES = {
    'another is not there': ({'nobody0': {}}, {}, "cannot find 'nobody0'"),
    'its name is taken': ({}, {'name': 'lo'}, 'cannot name'),
    'its name is none': ({}, {'name': 'a/b'}, 'cannot name'),
    'its name is too long': ({}, {'name': 'x' * 16}, 'cannot name'),
}


@pytest.mark.parametrize('others,name,message', FAILURES.values(), ids=FAILURES)
def test_what_cannot_be_moved_leaves_all_where_it_was(runtime, device, others, name, message):
    config = runtime.config('true')
    config['linux']['netDevices'] = {device: name, **others}
    done = runtime.run(config)
    assert done.code == 1 and message in done.err and 'linux.netDevices' in done.err
    assert is_home(device) and runtime.left() == []


def test_it_comes_back_when_the_container_does_not_come_to_be(runtime, device):
    config = runtime.config('true')
    config['linux']['netDevices'] = {device: {'name': 'net0'}}
    config['hooks'] = {'createRuntime': [{'path': '/bin/false'}]}
    assert runtime.run(config).code == 1
    assert is_home(device) and runtime.left() == []
