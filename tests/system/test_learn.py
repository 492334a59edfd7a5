# SPDX-License-Identifier: Apache-2.0
"""gabion learn: what is seen becomes a context, and a workload runs in it and in no wider one."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

import pytest
import yaml

import oci
from conftest import run

pytestmark = pytest.mark.skipif(oci.why_not() is not None, reason=str(oci.why_not()))

LAUNCHER_CALLS = {'seccomp', 'capset', 'setresuid', 'sendmsg', 'sethostname', 'pivot_root', 'mount', 'umount2',
                  'landlock_restrict_self', 'clone3', 'close_range', 'setgroups'}
MADE = 'made in a run'


def cgroups_of_gabion():
    """Others may be running something too: those of ours are gone soon."""
    return {p for f in oci.cgroups() if (f / 'gabion').is_dir() for p in (f / 'gabion').iterdir() if p.is_dir()}


def wait_until_gone(paths):
    end = time.monotonic() + 20
    while [p for p in paths if p.exists()]:
        assert time.monotonic() < end, f'left: {paths}'
        time.sleep(0.1)


class Learner:
    """A root filesystem, and what is learned and run in it."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.rootfs = self.folder / 'rootfs'
        oci.make_rootfs(self.rootfs)

    def learn(self, *arguments, options=(), name='learned.yaml'):
        """How it ended, and the document that was written."""
        path = self.folder / name
        done = run([self.program, 'learn', '--rootfs', self.rootfs, '-o', path, *options, '--', *arguments],
                   env={'XDG_RUNTIME_DIR': str(self.folder)})
        self.text = path.read_text() if path.exists() else ''
        return done, yaml.safe_load(self.text)

    def run(self, document, *arguments, options=(), name='learned.yaml'):
        return run([self.program, 'run', '--policy', self.folder / name, '--context', document['id'], '--rootfs',
                    self.rootfs, *options, '--', *arguments])

    def made(self):
        """The calls under the title of those that were made."""
        part = self.text.split(f'# {MADE}\n')[1]
        return set(re.match(r'(  - \w+\n)*', part).group().replace('  - ', '').split())


@pytest.fixture
def learner(build):
    before = oci.mounts()
    with tempfile.TemporaryDirectory(prefix='gabion-test-') as folder:
        os.chmod(folder, 0o755)
        yield Learner(build / 'bin' / 'gabion', folder)
        assert list(pathlib.Path(folder).glob('gabion-*')) == []
    wait_until_gone(cgroups_of_gabion())
    assert oci.mounts() == before


def test_a_script_runs_in_what_was_learned_from_it_and_does_nothing_else(learner):
    script = 'cat /etc/passwd; echo x >/tmp/a; ls /etc | cat'
    done, document = learner.learn('/bin/sh', '-c', script, options=['--runs', '3', '--seen-only'])
    assert done.code == 0, done.err
    assert document['kind'] == 'Context' and document['id'] == 'learned-sh'
    assert document['learned']['runs'] == 3
    first, *later = map(int, document['learned']['saturation'].split(', '))
    assert first > 20 and later[-1] == 0
    assert f'new system calls per run: {document["learned"]["saturation"]}' in done.err
    assert {'execve', 'exit_group', 'openat', 'write'} <= set(document['systemCalls'])
    assert document['files']['read'] == ['/etc']
    assert document['files']['write'] == ['/tmp']
    assert document['files']['execute'] == ['/bin/busybox']
    again = learner.run(document, '/bin/sh', '-c', script)
    assert (again.code, again.out) == (0, done.out[:len(done.out) // 3]), again.err
    other = learner.run(document, '/bin/sh', '-c', 'ls /; mkdir /tmp/new; cat /bin/../etc/passwd >/dev/null && echo read')
    assert "can't open '/'" in other.err and "can't create directory" in other.err
    assert other.out == 'read\n'


def test_only_the_workloads_own_calls_count(learner):
    done, document = learner.learn('/bin/true', options=['--seen-only'])
    assert done.code == 0, done.err
    assert not learner.made() & LAUNCHER_CALLS
    assert not set(document['systemCalls']) & LAUNCHER_CALLS


def test_what_the_floor_refuses_is_named_and_never_granted(learner):
    done, document = learner.learn('/bin/busybox', 'sh', '-c', 'busybox unshare -U true; busybox mount -t tmpfs x /tmp; '
                                   'busybox nc -l -p 80; true')
    assert done.code == 0, done.err
    assert 'optIns' not in document
    assert not set(document['systemCalls']) & {'unshare', 'mount', 'clone3'}
    assert '{allow: system-calls, value: namespaces}: unshare' in learner.text
    assert '{allow: system-calls, value: mount}: mount' in learner.text
    assert 'need a capability: ' in learner.text and 'NET_RAW' in learner.text
    assert '{allow: network}' in learner.text and '# Listened on: "[::]:80"' in learner.text


@pytest.mark.skipif(oci.landlock_abi() < 4, reason='Landlock of this kernel knows no ports')
def test_the_ports_of_a_network_that_is_granted_are_learned_and_hold(learner):
    port = 20000 + os.getpid() % 20000
    (learner.folder / 'base.yaml').write_text(
        'apiVersion: gabion.dev/v1\nkind: Context\nid: base\ntitle: Has the network\n'
        'optIns: [{allow: host-namespace, value: network, reason: r, owner: web, expires: 2100-01-01}]\n')

    def listen(number):
        return '/bin/busybox', 'sh', '-c', f'busybox timeout 1 busybox nc -l -p {number}; true'
    done, document = learner.learn(*listen(port), options=['--policy', learner.folder / 'base.yaml', '--context', 'base'])
    assert done.code == 0, done.err
    assert document['ports'] == {'listen': [port], 'connect': []}
    assert 'denied' not in learner.run(document, *listen(port)).err
    assert 'Permission denied' in learner.run(document, *listen(port + 1)).err


def test_the_opt_ins_of_its_context_are_taken_over_and_no_more(learner):
    (learner.folder / 'base.yaml').write_text(
        'apiVersion: gabion.dev/v1\nkind: Context\nid: base\ntitle: May make namespaces\nscratch: [/tmp]\n'
        'optIns: [{allow: system-calls, value: namespaces, reason: "it\'s \\"needed\\"", owner: web, expires: 2100-01-01}]\n')
    options = ['--policy', learner.folder / 'base.yaml', '--context', 'base', '--seen-only']
    done, document = learner.learn('/bin/busybox', 'sh', '-c', 'busybox unshare -U true; chown 0 /tmp; true', options=options)
    assert done.code == 0, done.err
    assert [(o['value'], o['reason'], o['owner']) for o in document['optIns']] == [('namespaces', 'it\'s "needed"', 'web')]
    assert document['scratch'] == ['/tmp'] and 'unshare' in document['systemCalls']
    assert '# Refused' not in learner.text


def test_calls_in_the_program_files_are_marked_and_can_be_left_out(learner):
    _, seen = learner.learn('/bin/true', options=['--seen-only'])
    _, more = learner.learn('/bin/true')
    extra = set(more['systemCalls']) - set(seen['systemCalls'])
    assert set(seen['systemCalls']) < set(more['systemCalls'])
    assert {'socket', 'rename'} <= extra and not extra & {'mount', 'ptrace', 'bpf'}
    assert 'in the program files, not made in a run' in learner.text
    assert extra & learner.made() == set()


def test_profiles_are_merged(learner):
    _, one = learner.learn('/bin/cat', '/etc/passwd', options=['--seen-only'], name='one.yaml')
    done, both = learner.learn('/bin/sh', '-c', 'echo x >/tmp/a', name='learned.yaml',
                               options=['--seen-only', '--merge', learner.folder / 'one.yaml', '--id', 'both'])
    assert done.code == 0, done.err
    assert both['id'] == 'both'
    assert set(one['systemCalls']) <= set(both['systemCalls'])
    assert both['files']['read'] == one['files']['read'] and both['files']['write'] == ['/tmp']
    assert learner.run(both, '/bin/cat', '/etc/passwd').code == 0


@pytest.mark.parametrize('text, why', [
    ('', 'the file is empty'),
    ('kind: Context\n', 'no document of kind Context with a part `learned`'),
    ('kind: Policy\nlearned: {}\n', 'no document of kind Context'),
    ('kind: Context\nlearned: {architecture: pdp11}\n', 'another architecture'),
    ('kind: Context\nlearned: {architecture: ARCH}\nsystemCalls: 7\n', 'must be lists of texts'),
    ('kind: Context\nlearned: {architecture: ARCH}\nsystemCalls: [read, 7]\n', 'must be lists of texts'),
    ('kind: Context\nlearned: {architecture: ARCH}\nsystemCalls: [nosuchcall]\n', '`nosuchcall` is no system call'),
    ('kind: Context\nlearned: {architecture: ARCH}\nfiles: {read: [etc]}\n', 'must be absolute paths'),
    ('a: [\n', ''),
])
def test_what_was_not_learned_is_not_merged(learner, text, why):
    (learner.folder / 'bad.yaml').write_text(text.replace('ARCH', os.uname().machine))
    done, document = learner.learn('/bin/true', options=['--merge', learner.folder / 'bad.yaml'])
    assert done.code == 3 and why in done.err and 'bad.yaml' in done.err
    assert document is None


def test_nothing_is_written_when_the_program_does_not_start(learner):
    done, document = learner.learn('/bin/nosuch')
    assert done.code == 3 and 'the program was not started' in done.err
    assert document is None


def test_a_run_that_fails_is_told_by_the_exit_code(learner):
    done, document = learner.learn('/bin/sh', '-c', 'exit 3')
    assert done.code == 1 and document['kind'] == 'Context'


@pytest.mark.parametrize('options', [['--runs', '0'], ['--runs', '65'], ['--runs', 'x'], ['--for', '0'],
                                     ['--context', 'nosuch']])
def test_invalid_options_are_refused(learner, options):
    done, document = learner.learn('/bin/true', options=options)
    assert done.code == 2 and document is None


def test_what_does_not_end_is_ended(learner):
    begin = time.monotonic()
    done, document = learner.learn('/bin/sleep', '1000', options=['--for', '1'])
    assert done.code == 0, done.err
    assert time.monotonic() - begin < 30
    assert 'systemCalls' in document


def test_hostile_names_do_no_harm(learner):
    script = r'''
printf 'x' >"/tmp/$(printf 'a\nsystemCalls:\n  - mount')"
mkdir "/tmp/$(printf '\033[31m')" "/tmp/$(printf '\377')"
for d in "/tmp/$(printf '\033[31m')" "/tmp/$(printf '\377')"; do echo x >"$d/f"; cat "$d/f"; done
cat "$(printf '%05000d' 1)" //etc//../etc/./passwd /proc/self/root/etc/passwd /proc/1/fd/99 ../../../etc/passwd
ln -s / /tmp/l; cat /tmp/l/etc/passwd >/dev/null; cd /tmp/l/../../etc && cat passwd >/dev/null; true
'''
    for applet in ('ln', 'mkdir', 'printf'):
        (learner.rootfs / 'bin' / applet).unlink(missing_ok=True)
        (learner.rootfs / 'bin' / applet).symlink_to('busybox')
    done, document = learner.learn('/bin/sh', '-c', script, options=['--seen-only'])
    assert done.code == 0, done.err
    assert document['files'] == {'read': ['/etc/passwd', '/proc'], 'write': ['/dev/null', '/tmp'], 'execute': ['/bin/busybox']}
    assert all(c.isprintable() or c == '\n' for c in learner.text)


def test_more_files_than_can_be_noted_are_told(learner):
    learner.rootfs.joinpath('many').mkdir()
    for i in range(8300):
        (learner.rootfs / 'many' / f'f{i}').touch()
    done, document = learner.learn('/bin/sh', '-c', 'cat /many/*', options=['--seen-only'])
    assert done.code == 0 and 'are missing' in done.err
    assert document['files']['read'] == ['/many']


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


def request(port, seconds=10):
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f'http://127.0.0.1:{port}/healthz', timeout=2) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            assert time.monotonic() < end, 'nobody answers'
            time.sleep(0.05)


def serve(learner, *command):
    """Ask once, then end it; how it ended."""
    port = free_port()
    command = [str(c) if c != 'PORT' else f'127.0.0.1:{port}' for c in command]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as process:
        statuses = [request(port) for _ in range(3)]
        if command[1] == 'run':
            process.terminate()
        out, _ = process.communicate(timeout=60)
    return statuses, process.returncode, out


def test_a_static_server_serves_in_what_was_learned(learner, build):
    server = build / 'bin' / 'orders-api'
    shutil.copy(server, learner.rootfs / 'bin' / 'orders-api')
    path = learner.folder / 'learned.yaml'
    common = ['--rootfs', learner.rootfs, '--listen', 'PORT', '--', '/bin/orders-api']
    statuses, code, out = serve(learner, learner.program, 'learn', '--for', '2', '--seen-only', '-o', path, *common)
    assert code == 0, out
    document = yaml.safe_load(path.read_text())
    assert {'accept4', 'accept'} & set(document['systemCalls'])
    assert len(document['systemCalls']) < 50
    again, _, out = serve(learner, learner.program, 'run', '--policy', path, '--context', document['id'], *common)
    assert again == statuses, out


PYTHON = '''
import os, signal, socket, sys, threading
listener = socket.socket(fileno=3)
def work():
    while True:
        end, _ = listener.accept()
        end.recv(4096)
        end.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok")
        end.close()
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        threading.Thread(target=work, daemon=True).start()
        work()
    children.append(child)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
for child in children:
    os.waitpid(child, 0)
'''


def copy_libraries(rootfs, program):
    """The libraries and the loader of a program of the host."""
    listed = subprocess.run(['ldd', program], capture_output=True, text=True, check=False).stdout
    for path in re.findall(r'(/\S+) \(0x', listed):
        target = rootfs / path[1:]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(os.path.realpath(path), target)


def test_a_python_server_of_several_processes_serves_in_what_was_learned(learner):
    library = next(iter(sorted(pathlib.Path('/usr/lib').glob('python3.[0-9]*'))), None)
    program = library and pathlib.Path('/usr/bin') / library.name
    if not program or not program.exists():
        pytest.skip("Debian's python3 is not installed")
    (learner.rootfs / 'usr/bin').mkdir(parents=True)
    shutil.copy(program, learner.rootfs / 'usr/bin/python3')
    copy_libraries(learner.rootfs, program)
    shutil.copytree(library, learner.rootfs / 'usr/lib' / library.name, symlinks=True,
                    ignore=shutil.ignore_patterns('test', '__pycache__', 'config-*', 'idlelib', '*.a', 'dist-packages'))
    path = learner.folder / 'learned.yaml'
    common = ['--rootfs', learner.rootfs, '--listen', 'PORT', '--', '/usr/bin/python3', '-c', PYTHON]
    _, code, out = serve(learner, learner.program, 'learn', '--runs', '2', '--for', '3', '-o', path, *common)
    assert code == 0, out
    document = yaml.safe_load(path.read_text())
    assert '/usr/bin/python3' in document['files']['execute']
    assert any('ld-linux' in f for f in document['files']['execute'])
    assert document['resources']['processes'] >= 8
    again, _, out = serve(learner, learner.program, 'run', '--policy', path, '--context', document['id'], *common)
    assert again == [200, 200, 200], out
