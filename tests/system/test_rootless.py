# SPDX-License-Identifier: Apache-2.0
"""gabion run for a user who is nobody: one user id to give, and no cgroup."""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import oci
import pytest

NOBODY = 65534
CONTEXT = '''apiVersion: gabion.dev/v1
kind: Context
id: unlimited
title: Without limits, which need a cgroup
optIns:
  - {allow: no-limit, value: memory, reason: nobody has delegated a cgroup, owner: test, expires: 2099-01-01}
  - {allow: no-limit, value: processes, reason: nobody has delegated a cgroup, owner: test, expires: 2099-01-01}
'''


def why_not():
    if os.geteuid() != 0:
        return 'becoming nobody needs root'
    done = subprocess.run(['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups',
                           'unshare', '-U', 'true'], capture_output=True, check=False)
    return None if done.returncode == 0 else 'users may not make user namespaces here'


pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@pytest.fixture(name='run')
def _run(build):
    folder = Path(tempfile.mkdtemp(prefix='gabion-rootless-'))
    (folder / 'rootfs').mkdir()
    oci.make_rootfs(folder / 'rootfs')
    (folder / 'context.yaml').write_text(CONTEXT)
    for name in ('gabion', 'gabion-oci'):
        shutil.copy(build / 'bin' / name, folder / name)
    subprocess.run(['chmod', '-R', 'a+rX', folder], check=True)

    def run(*words):
        command = ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups', folder / 'gabion', 'run',
                   '--policy', folder / 'context.yaml', '--rootfs', folder / 'rootfs', *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd='/',
                              env={'PATH': os.environ['PATH'], 'HOME': '/', 'LC_ALL': 'C.UTF-8'})
    yield run
    shutil.rmtree(folder)


def test_a_user_without_rights_starts_a_workload(run):
    done = run('--context', 'unlimited', '--', '/bin/sh', '-c', 'echo $$; id -u; cat /proc/self/uid_map')
    assert done.returncode == 0, done.stderr
    first, user, mapping = done.stdout.splitlines()
    assert first == '1' and user == '65532' and mapping.split() == ['65532', str(NOBODY), '1']


def test_its_exit_code_is_passed_on(run):
    assert run('--context', 'unlimited', '--', '/bin/sh', '-c', 'exit 7').returncode == 7


def test_limits_that_nobody_can_set_are_an_error_and_not_left_out(run):
    done = run('--', '/bin/true')
    assert done.returncode == 125 and 'cgroup' in done.stderr
