# SPDX-License-Identifier: Apache-2.0
"""The container runtime under Debian's podman."""
import json
import os
import shutil

import pytest

import oci
from conftest import run

pytestmark = pytest.mark.skipif(oci.why_not() is not None or not shutil.which('podman'),
                                reason=str(oci.why_not() or 'podman is not installed'))

# Where CAP_SYS_RESOURCE is missing, podman's own defaults could not be set.
LIMITS = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000']


@pytest.fixture
def podman(build):
    for runtime in oci.runtime(build, run):
        command = ['podman', '--root', runtime.folder / 'storage', '--runroot', runtime.folder / 'run',
                   '--storage-driver=vfs', '--cgroup-manager=cgroupfs', '--runtime', runtime.program]

        def call(name, *arguments, **more):
            if name in ('run', 'create'):
                arguments = ('--network=none', *LIMITS, *arguments)
            return run([*command, name, *arguments], **more)
        call.rootfs = runtime.rootfs
        yield call
        call('rm', '--all', '--force', '--time', '0')


def test_a_container_runs_and_gives_its_status(podman):
    done = podman('run', '--rm', '--rootfs', podman.rootfs, 'sh', '-c', 'echo hello; exit 3')
    assert (done.code, done.out) == (3, 'hello\n'), done.err


def test_what_cannot_be_found_or_run_is_told_apart(podman):
    assert podman('run', '--rm', '--rootfs', podman.rootfs, 'nothing').code == 127
    assert podman('run', '--rm', '--rootfs', podman.rootfs, '/etc/passwd').code == 126


def test_a_container_in_the_background_is_seen_entered_and_stopped(podman):
    done = podman('run', '--detach', '--name', 'one', '--memory', '64m', '--pids-limit', '50', '--rootfs',
                  podman.rootfs, 'sleep', '100')
    assert done.code == 0, done.err
    assert podman('inspect', '--format', '{{.State.Status}}', 'one').out == 'running\n'
    done = podman('exec', 'one', 'sh', '-c', 'hostname; grep -E "^(NoNewPrivs|Seccomp):" /proc/self/status; exit 5')
    assert done.code == 5 and 'Seccomp:\t2' in done.out, done
    assert podman('exec', '--user', '1000', 'one', 'id', '-u').out == '1000\n'
    inspected = json.loads(podman('inspect', 'one').out)[0]
    assert inspected['OCIRuntime'].endswith('gabion-oci') and inspected['State']['Running']
    assert podman('stop', '--time', '0', 'one').code == 0
    assert podman('inspect', '--format', '{{.State.Status}}', 'one').out == 'exited\n'
    assert podman('start', 'one').code == 0
    assert podman('kill', 'one').code == 0
    assert podman('rm', '--force', '--time', '0', 'one').code == 0


def test_a_container_is_paused_measured_and_limited_anew(podman):
    done = podman('run', '--detach', '--name', 'one', '--memory', '64m', '--pids-limit', '50', '--cpus', '0.5',
                  '--rootfs', podman.rootfs, 'sleep', '100')
    assert done.code == 0, done.err
    assert podman('pause', 'one').code == 0
    assert podman('inspect', '--format', '{{.State.Status}}', 'one').out == 'paused\n'
    assert podman('unpause', 'one').code == 0
    measured = podman('stats', '--no-stream', '--format', '{{.MemUsage}} {{.PIDs}}', 'one')
    assert measured.code == 0 and measured.out.endswith('/ 67.11MB 1\n'), measured
    done = podman('update', '--memory', '80m', '--cpus', '0.7', 'one')
    assert done.code == 0, done.err
    limit = 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null'
    assert podman('exec', 'one', 'sh', '-c', limit).out == f'{80 << 20}\n'
    assert podman('rm', '--force', '--time', '0', 'one').code == 0


def test_a_container_has_a_terminal(podman):
    done = podman('run', '--rm', '--tty', '--rootfs', podman.rootfs, 'sh', '-c', 'tty; ls -l /dev/console')
    assert done.code == 0 and done.out.startswith('/dev/pts/0'), done
    assert '/dev/console' in done.out


def test_a_container_in_a_user_namespace_is_another_user(podman):
    for folder in (podman.rootfs, *podman.rootfs.iterdir()):  # as an image unpacked for it would be
        os.lchown(folder, 100000, 100000)
    done = podman('run', '--rm', '--uidmap', '0:100000:65536', '--gidmap', '0:100000:65536', '--rootfs',
                  podman.rootfs, 'sh', '-c', 'id -u; cat /proc/self/uid_map')
    assert done.code == 0 and done.out.split() == ['0', '0', '100000', '65536'], done


def test_volumes_and_temporary_filesystems_are_mounted(podman, tmp_path):
    (tmp_path / 'file').write_text('from the host\n')
    done = podman('run', '--rm', '--read-only', '--tmpfs', '/tmp:rw,size=1m', '--volume', f'{tmp_path}:/etc/host:ro',
                  '--rootfs', podman.rootfs, 'sh', '-c', 'cat /etc/host/file; touch /tmp/a && echo ok; touch /etc/host/b')
    assert done.out == 'from the host\nok\n' and 'Read-only' in done.err, done
