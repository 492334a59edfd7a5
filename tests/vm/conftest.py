# SPDX-License-Identifier: Apache-2.0
"""What every test in a virtual machine may ask for.

    vm        -> machine.Machines: vm.run(['uname -r'], kernel='6.1', files={'/bin/p': path}) -> [Run(code, out, err)]
    kernel    -> each name of a kernel in turn; the test is skipped, with the reason, when it cannot be had
    programs  -> {'/bin/gabion': path, ...}: what was built, ready to be given as files
"""
import os
import pathlib
import sys

import pytest

sys.dont_write_bytecode = True

import kernels  # noqa: E402
import machine  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('GABION_BUILD') or ROOT / 'build')
# Why a kernel cannot be had, so that only one test waits for the network to give up.
UNAVAILABLE = {}


def require(machines, name):
    try:
        if name not in UNAVAILABLE:
            machines.kernel(name)
    except (kernels.Unavailable, OSError) as reason:
        UNAVAILABLE[name] = str(reason)
    if name in UNAVAILABLE:
        pytest.skip(f'no kernel {name}: {UNAVAILABLE[name]}')


@pytest.fixture(scope='session')
def vm():
    reason = kernels.available()
    if reason:
        pytest.skip(f'no virtual machine: {reason}')
    machines = machine.Machines(ROOT / 'build' / 'vm')
    require(machines, '6.1')
    return machines


@pytest.fixture(scope='session', params=kernels.KERNELS)
def kernel(vm, request):
    require(vm, request.param)
    return request.param


@pytest.fixture(scope='session')
def programs():
    return {f'/bin/{name}': BUILD / 'bin' / name for name in ('gabion', 'gabion-notary')}
