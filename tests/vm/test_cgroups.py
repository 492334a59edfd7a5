# SPDX-License-Identifier: Apache-2.0
"""Cgroup version 2 alone, as on most machines: the unit tests that use the machine's own hierarchies run here too."""
import pathlib
import os

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('GABION_BUILD') or ROOT / 'build')
UNITS = {'cgroup_test': 'src/sys/cgroup_test', 'device_rules_test': 'src/sys/device_rules_test',
         'oci_cgroups_test': 'src/programs/gabion-oci/oci_cgroups_test'}
LEFT = "find /sys/fs/cgroup -name '*gabion*'"


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
