# SPDX-License-Identifier: Apache-2.0
"""Many containers at once: none fails, nothing is left. GABION_PARALLEL says how many."""
import os
import subprocess

import pytest

import oci
from conftest import run

pytestmark = pytest.mark.skipif(oci.why_not() is not None, reason=str(oci.why_not()))

PARALLEL = int(os.environ.get('GABION_PARALLEL') or 100)


@pytest.fixture
def runtime(build):
    yield from oci.runtime(build, run)


def test_parallel_starts_all_succeed_and_leave_nothing(runtime):
    config = runtime.config('sh', '-c', 'echo $(hostname) $$')
    del config['linux']['cgroupsPath']  # each its own, by its id
    bundle = runtime.bundle(config)
    every = [runtime.popen('run', '--bundle', bundle, f'{runtime.folder.name}-{number}', stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for number in range(PARALLEL)]
    ended = [(p.communicate(timeout=300), p.returncode) for p in every]
    wrong = [end for end in ended if end != (('gabion 1\n', ''), 0)]
    assert not wrong, (len(wrong), wrong[:5])
    assert list(runtime.states.iterdir()) == []
    assert [f for f in oci.cgroups() if runtime.folder.name in f.name] == []


def test_one_id_is_given_once(runtime):
    bundle = runtime.bundle(runtime.config('sleep', '100'))
    every = [runtime.popen('create', '--bundle', bundle, 'box', stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL) for _ in range(20)]
    assert sorted(p.wait(60) for p in every) == [0] + [1] * 19
    assert runtime.state('box')['status'] == 'created'
    deletes = [runtime.popen('delete', '--force', 'box', stderr=subprocess.PIPE) for _ in range(10)]
    codes = [p.wait(60) for p in deletes]
    for process in deletes:
        process.stderr.close()
    assert 0 in codes
    assert runtime('delete', '--force', 'box').code == 0
