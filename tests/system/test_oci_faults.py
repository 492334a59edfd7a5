# SPDX-License-Identifier: Apache-2.0
"""Whatever system call fails: the container is as it was to be, or it is not; and nothing is left.

Every call of the runtime and its children, counted until a child becomes the container's program,
fails once, from outside (tests/fail_call.c). GABION_FAULTS=N sweeps each Nth call; 1 is all of them.
"""
import os
import pathlib
import re
import subprocess

import pytest

import oci
from conftest import run

pytestmark = pytest.mark.skipif(oci.why_not() is not None, reason=str(oci.why_not()))

STRIDE = int(os.environ.get('GABION_FAULTS') or 23)
EIO, EPERM, ENOMEM, ENOSYS, EINTR = 5, 1, 12, 38, 4
SIGTERM, SIGKILL = 15, 9
SEEN = ('grep -E "^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|NSpid)" /proc/self/status; hostname; umask; ulimit -n; '
        'cut -d" " -f4- /proc/self/mountinfo; cat /proc/self/cgroup; ls /proc/self/fd; pwd; env; tty; '
        'cat /proc/sys/kernel/shm_rmid_forced; ls /proc/self/task; ls -l /dev')


@pytest.fixture
def runtime(build):
    yield from oci.runtime(build, run)


def configuration(runtime):
    config = runtime.config('sh', '-c', SEEN, user={'uid': 1000, 'gid': 1000, 'additionalGids': [7], 'umask': 0o27},
                            capabilities={k: ['CAP_KILL'] for k in ('bounding', 'effective', 'permitted')},
                            rlimits=[{'type': 'RLIMIT_NOFILE', 'soft': 100, 'hard': 100}])
    config['linux']['seccomp'] = {'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [
        {'names': ['keyctl'], 'action': 'SCMP_ACT_ERRNO'}]}
    config['linux']['resources']['pids'] = {'limit': 50}
    config['linux']['sysctl'] = {'kernel.shm_rmid_forced': '1'}
    config['hooks'] = {name: [{'path': '/bin/true'}] for name in ('createRuntime', 'createContainer', 'poststop')}
    return config


def normal(text):
    """What differs between two runs that are the same: numbers of mounts, times, the shell's own pid; and a
    device that could not be made, which is then the host's, bound."""
    text = re.sub(r'^(\d+ \d+ \S+ )?/\w+ /dev/\w+ \S+ .*- devtmpfs .*\n', '', text, flags=re.MULTILINE)
    text = re.sub(r'^\d+$', 'N', text, flags=re.MULTILINE)
    text = re.sub(r'NSpid:\t.*', '', text)
    text = re.sub(r'[A-Z][a-z]{2} +\d+ \d+:\d+', 'T', text)
    return re.sub(r'\d+:\d+ ', '', text)


class Sweep:
    def __init__(self, runtime, build, command):
        self.runtime, self.build, self.command = runtime, build, command
        self.tool = build / 'tests' / 'fail-call'

    def once(self, number, error):
        """(status, output, errors, the call that failed or None)"""
        with open(self.runtime.folder / 'out', 'w+b') as out, open(self.runtime.folder / 'err', 'w+b') as err:
            code = subprocess.run([self.tool, str(number), str(error), self.runtime.program, '--root',
                                   self.runtime.states, *self.command], stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=err, timeout=60, check=False).returncode
            out.seek(0)
            err.seek(0)
            printed, told = out.read().decode(), err.read().decode()
        last = told.strip().split('\n')[-1]
        return code, printed, told, None if last == 'fault: none' else last

    def left(self):
        return [str(f) for f in self.runtime.left()] + processes_in(self.runtime)


def processes_in(runtime):
    """Processes that stand in the container's root filesystem."""
    found = []
    for process in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            if '--root' in (process / 'cmdline').read_text() and str(runtime.states) in (process / 'cmdline').read_text():
                found.append(f'{process}: {(process / "cmdline").read_text()}')
        except OSError:
            continue
    return found


def sweep(runtime, build, command, error, good, check):
    """Call check(number, ...) for every fault until none is left to make."""
    one = Sweep(runtime, build, command)
    if not one.tool.exists() or os.uname().machine != 'x86_64':
        pytest.skip('no way to let system calls fail here')
    wrong, number = [], 2  # the first is that of the runtime itself
    while True:
        code, out, err, call = one.once(number, error)
        if call is None:
            break
        problem = check(code, out, err, good)
        residue = one.left()
        if problem or residue:
            wrong.append((number, call, code, problem, residue, err[-300:]))
            runtime('delete', '--force', 'box')
        number += STRIDE
    assert number > 300 / STRIDE
    return wrong


def same_or_refused(code, out, err, good):
    if code == 0 and normal(out) != normal(good):
        return f'another container: {out}'
    # What had begun and was ended when the runtime heard of a failure, was the same until then.
    if code != 0 and not normal(good).startswith(normal(out)[:-1]):
        return f'ran, though refused: {out}'
    if code != 0 and 'gabion-oci: ' not in err and code < 128:
        return 'refused without a word'
    return None


@pytest.mark.parametrize('error', [EIO, EPERM, ENOMEM, ENOSYS])
def test_a_failing_call_gives_the_same_container_or_none_and_leaves_nothing(runtime, build, error):
    bundle = runtime.bundle(configuration(runtime))
    good = runtime('run', '--bundle', bundle, 'box')
    assert good.code == 0, good.err
    wrong = sweep(runtime, build, ['run', '--bundle', bundle, 'box'], error, good.out, same_or_refused)
    assert not wrong, '\n'.join(map(str, wrong))


def test_a_signal_at_any_call_leaves_nothing(runtime, build):
    config = configuration(runtime)
    bundle = runtime.bundle(config)
    good = runtime('run', '--bundle', bundle, 'box')
    wrong = sweep(runtime, build, ['run', '--bundle', bundle, 'box'], -SIGTERM, good.out, lambda *_: None)
    assert not wrong, '\n'.join(map(str, wrong))


def test_what_a_killed_runtime_leaves_can_be_deleted(runtime, build):
    bundle = runtime.bundle(configuration(runtime))
    one = Sweep(runtime, build, ['run', '--bundle', bundle, 'box'])
    if not one.tool.exists() or os.uname().machine != 'x86_64':
        pytest.skip('no way to let system calls fail here')
    number = 2
    while one.once(number, -SIGKILL)[3] is not None:
        assert runtime('delete', '--force', 'box').code == 0
        assert one.left() == [], number
        number += STRIDE


def test_a_process_that_joins_is_confined_or_refused(runtime, build):
    config = configuration(runtime)
    config['process']['args'] = ['sleep', '1000']
    assert runtime.start('run', '--detach', '--bundle', runtime.bundle(config), 'box').code == 0
    command = ['exec', 'box', 'sh', '-c', SEEN]
    good = runtime(*command)
    assert good.code == 0, good.err
    one = Sweep(runtime, build, command)
    if not one.tool.exists() or os.uname().machine != 'x86_64':
        pytest.skip('no way to let system calls fail here')
    wrong, number = [], 2
    while True:
        code, out, err, call = one.once(number, EIO)
        if call is None:
            break
        problem = same_or_refused(code, out, err, good.out)
        if problem or processes_in(runtime):
            wrong.append((number, call, code, problem, processes_in(runtime), err[-300:]))
        number += STRIDE
    assert not wrong, '\n'.join(map(str, wrong))
    assert runtime.state('box')['status'] == 'running'


def test_whatever_fails_a_container_can_be_deleted(runtime, build):
    config = configuration(runtime)
    config['process']['args'] = ['sleep', '1000']
    bundle = runtime.bundle(config)
    for command in (['create', '--bundle', bundle, 'box'], ['start', 'box'], ['delete', '--force', 'box']):
        one = Sweep(runtime, build, command)
        if not one.tool.exists() or os.uname().machine != 'x86_64':
            pytest.skip('no way to let system calls fail here')
        number, call = 2, ''
        while call is not None:
            if command[0] != 'create':
                assert runtime.start('create', '--bundle', bundle, 'box').code == 0
            code, _, err, call = one.once(number, EIO)
            if code != 0 and command[0] == 'create':
                assert one.left() == [], (number, call, err)
            done = runtime('delete', '--force', 'box')
            assert done.code == 0 and runtime.left() == [], (command[0], number, call, err, done)
            number += STRIDE
