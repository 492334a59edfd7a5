# SPDX-License-Identifier: Apache-2.0
"""gabion doctor: what the kernel allows, held against what can be seen by other means."""
import json
import os
import platform
import subprocess

import pytest


@pytest.fixture(name='found')
def _found(gabion):
    run = gabion('doctor', '-o', 'json')
    assert run.code in (0, 1), run.err
    return {row['name']: row for row in json.loads(run.out)}


def test_the_kernel_is_the_one_that_runs(found):
    assert platform.release() in found['kernel']['found']
    assert str(os.geteuid()) in found['rights']['found']


def test_what_is_missing_has_a_stand_in(found):
    for row in found.values():
        assert row['health'] in ('good', 'less', 'missing')
        assert ('instead' in row) == (row['health'] != 'good'), row


def test_cgroups_are_those_that_are_mounted(found):
    with open('/proc/self/mountinfo', encoding='utf-8') as file:
        types = [line.split(' - ')[1].split()[0] for line in file]
    said = found['cgroups']['found']
    assert ('version 2' in said) == ('cgroup2' in types)
    assert ('version 1' in said) == ('cgroup' in types)


def test_user_namespaces_are_tried(found):
    works = subprocess.run(['unshare', '-U', 'true'], check=False, capture_output=True).returncode == 0
    assert (found['user namespaces']['health'] == 'good') == works


def test_the_exit_code_says_whether_something_is_missing(gabion, found):
    missing = any(row['health'] == 'missing' for row in found.values())
    run = gabion('doctor')
    assert run.code == (1 if missing else 0)
    assert all(name in run.out for name in found)
