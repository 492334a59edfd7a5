# SPDX-License-Identifier: Apache-2.0
"""The container runtime under Debian's containerd, by its shim for runc."""
import shutil
import subprocess
import time

import pytest

import oci
from conftest import run

pytestmark = pytest.mark.skipif(oci.why_not() is not None or not shutil.which('containerd'),
                                reason=str(oci.why_not() or 'containerd is not installed'))

CONFIG = '''version = 2
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{folder}/socket"
'''


@pytest.fixture
def ctr(build):
    for runtime in oci.runtime(build, run):
        folder = runtime.folder
        (folder / 'config.toml').write_text(CONFIG.format(folder=folder))
        with open(folder / 'log', 'wb') as log, \
                subprocess.Popen(['containerd', '--config', folder / 'config.toml'], stdout=log, stderr=log) as daemon:
            def call(*arguments, **more):
                return run(['ctr', '--address', folder / 'socket', *arguments], timeout_s=60, **more)

            def start(name, *arguments):
                return call('run', *(['--detach'] if name == 'detached' else ['--rm']), '--rootfs', '--runc-binary',
                            runtime.program, runtime.rootfs, name, *arguments)
            call.start = start
            end = time.monotonic() + 30
            while call('version').code != 0:
                assert time.monotonic() < end, (folder / 'log').read_text()
                time.sleep(0.1)
            yield call
            daemon.terminate()
            daemon.wait(30)


def test_a_task_runs_and_gives_its_status(ctr):
    done = ctr.start('attached', '/bin/sh', '-c', 'echo hello; exit 4')
    assert (done.code, done.out) == (4, 'hello\n'), done.err


def test_a_task_in_the_background_is_seen_entered_and_killed(ctr):
    done = ctr.start('detached', '/bin/sleep', '100')
    assert done.code == 0, done.err
    assert 'RUNNING' in ctr('tasks', 'ls').out
    done = ctr('tasks', 'exec', '--exec-id', 'first', 'detached', '/bin/sh', '-c', 'echo inside; exit 5')
    assert (done.code, done.out) == (5, 'inside\n'), done.err
    assert ctr('tasks', 'kill', '--signal', 'KILL', 'detached').code == 0
    end = time.monotonic() + 10
    while 'STOPPED' not in ctr('tasks', 'ls').out:
        assert time.monotonic() < end
        time.sleep(0.1)
    ctr('tasks', 'rm', 'detached')
    assert ctr('containers', 'rm', 'detached').code == 0


def test_what_cannot_be_started_is_told(ctr):
    done = ctr.start('attached', '/bin/nothing')
    assert done.code != 0 and "cannot run '/bin/nothing'" in done.err
    assert 'attached' not in ctr('tasks', 'ls').out
