# SPDX-License-Identifier: Apache-2.0
"""Contexts on other kernels, with cgroup version 2 alone: what they close stays closed, whatever Landlock there knows."""
import json
import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('GABION_BUILD') or ROOT / 'build')
PROGRAMS = ('gabion', 'gabion-oci', 'gabion-probe')
LEFT = "ls -d /tmp/gabion-* /run/gabion-run.* 2>/dev/null; find /sys/fs/cgroup/gabion -mindepth 1 -type d 2>/dev/null; " \
       "grep -c gabion /proc/self/mountinfo"
ROOTFS = 'for d in bin dev etc proc sys tmp; do mkdir -p /rootfs/$d; done; cp /bin/busybox /rootfs/bin/busybox; ' \
         'ln -s busybox /rootfs/bin/sh; chmod 755 /rootfs; '
LIMITS = 'apiVersion: gabion.dev/v1\nkind: Context\nid: small\ntitle: T\n' \
         'resources: {class: best-effort, cpu: "0.5", memory: 64Mi, processes: 8}\n'
INSIDE = 'echo x >/tmp/a && cat /tmp/a; (: >>/bin/x) 2>&1; id'
SETTINGS = 'cd /sys/fs/cgroup/gabion/*/ && cat memory.max memory.high pids.max cpu.max cpu.weight'


@pytest.fixture(scope='module')
def said(vm, kernel):
    for program in PROGRAMS:
        if not (BUILD / 'bin' / program).exists():
            pytest.skip(f'{program} is not built')
    files = {f'/usr/bin/{program}': BUILD / 'bin' / program for program in PROGRAMS} | {'/small.yaml': LIMITS}
    limits = f'gabion run --policy /small.yaml --context small --rootfs /rootfs -- /bin/sh -c "sleep 5" & sleep 3; ' \
             f'({SETTINGS}); wait'
    return vm.run([f'mkdir -p /tmp /run; {ROOTFS}gabion run --rootfs /rootfs -- /bin/sh -c "{INSIDE}"',
                   limits, 'gabion drill context -o json', LEFT], kernel=kernel, files=files, timeout_s=300,
                  command_timeout_s=200)


def test_a_workload_runs_and_is_confined(said):
    done = said[0]
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == 'x' and lines[-1] == 'uid=65532 gid=65532' and ('denied' in done.out or 'Read-only' in done.out)


def test_its_resources_are_settings_of_version_2(said):
    assert said[1].out.split() == ['67108864', '50331648', '8', '50000', '100000', '1'], said[1].err


def test_the_default_blocks_every_drill(said):
    assert said[2].code == 0, said[2].out[-1500:] + said[2].err[-1500:]
    trials = json.loads(said[2].out)
    assert {drill['finding'] for trial in trials for drill in trial['drills']} == {'blocked'}
    assert all(trial['outsideIntact'] and trial['corePatternKept'] for trial in trials)
    assert any(trial['started'] for trial in trials)


def test_nothing_is_left(said):
    assert said[3].out.split() == ['0'], said[3].out
