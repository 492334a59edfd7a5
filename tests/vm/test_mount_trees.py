# SPDX-License-Identifier: Apache-2.0
"""Older kernels and cgroup version 2 alone: the unit tests of mount trees run here too."""
import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('GABION_BUILD') or ROOT / 'build')
UNITS = {'path_test': 'src/sys/path_test', 'mounts_test': 'src/sys/mounts_test',
         'oci_seed_test': 'src/programs/gabion-oci/oci_seed_test',
         'oci_rootfs_test': 'src/programs/gabion-oci/oci_rootfs_test',
         'oci_rootfs_host_test': 'src/programs/gabion-oci/oci_rootfs_host_test'}
# The machine's root is what it was started from, which no one can leave; a container's host stands on a mount.
STAND = "mkdir -p /tmp /home /root-mount && mount --rbind / /root-mount && cd /root-mount && mount --move . / && " \
        "exec chroot . sh -c 'cd /; %s'"


@pytest.fixture(scope='module')
def results(vm, kernel):
    """What each unit test said on each kernel."""
    files = {f'/bin/{name}': BUILD / path for name, path in UNITS.items()}
    commands = [f'unshare -m sh -c "{STAND % name}"' for name in UNITS]
    return dict(zip(UNITS, vm.run(commands, kernel=kernel, files=files, modules=['overlay'])))


@pytest.mark.parametrize('unit', UNITS)
def test_it_works_on_this_kernel(results, unit):
    said = results[unit].out.splitlines()
    failed = [line for line in said if not line.startswith(('ok ', '1..'))]
    assert not failed and len(said) > 1 and results[unit].code == 0, '\n'.join(said) + results[unit].err
