# SPDX-License-Identifier: Apache-2.0
"""Bundles for the container runtime, and what is left on the machine of what ran in them."""
import ctypes
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

APPLETS = ('cat', 'echo', 'env', 'grep', 'hostname', 'id', 'ls', 'mkdir', 'mount', 'ps', 'pwd', 'sh', 'sleep', 'stat',
           'sysctl', 'touch', 'true', 'tty', 'ulimit', 'umask')
# The search for leaks stops threads by a tracer, which a process that hides its memory and has joined
# another pid namespace cannot have.
QUIET = {**os.environ, 'ASAN_OPTIONS': 'detect_leaks=0:exitcode=99'}


def why_not():
    """Why containers cannot be started here, or None."""
    if os.geteuid() != 0:
        return 'only root may make containers with cgroups'
    if not shutil.which('busybox'):
        return 'busybox is not installed'
    return None


def landlock_abi():
    """The version of Landlock, 0 without it."""
    return max(0, ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1))


def make_rootfs(folder):
    """A tree to run in: busybox-static and empty folders."""
    for name in ('bin', 'dev', 'etc', 'proc', 'sys', 'tmp'):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(shutil.which('busybox'), folder / 'bin' / 'busybox')
    for applet in APPLETS:
        (folder / 'bin' / applet).symlink_to('busybox')
    (folder / 'etc' / 'passwd').write_text('root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n')
    return folder


@dataclasses.dataclass
class Ended:
    code: int
    out: str
    err: str


class Runtime:
    """gabion-oci with states of its own and one root filesystem."""

    def __init__(self, program, folder, run):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.states = self.folder / 'states'
        self.rootfs = make_rootfs(self.folder / 'rootfs')
        self._run = run
        self._bundles = self._configs = 0

    def __call__(self, *arguments, **more):
        more['env'] = {'ASAN_OPTIONS': QUIET['ASAN_OPTIONS'], **more.get('env', {})}
        return self._run([self.program, '--root', self.states, *arguments], **more)

    def start(self, *arguments):
        """For what stays behind with our standard descriptors: they are files."""
        with open(self.folder / 'out', 'w+b') as out, open(self.folder / 'err', 'w+b') as err:
            code = subprocess.run([self.program, '--root', self.states, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                  stdout=out, stderr=err, timeout=60, check=False, env=QUIET).returncode
            out.seek(0)
            err.seek(0)
            return Ended(code, out.read().decode(), err.read().decode())

    def popen(self, *arguments, **more):
        return subprocess.Popen([self.program, '--root', self.states, *map(str, arguments)], env=QUIET, **more)

    def config(self, *args, **process):
        """What `spec` writes, without a terminal, to run args; keywords go into "process"."""
        bundle = self.folder / 'spec'
        if not bundle.exists():
            bundle.mkdir()
            assert self('spec', '--bundle', bundle).code == 0
        config = json.loads((bundle / 'config.json').read_text())
        config['root']['path'] = str(self.rootfs)
        self._configs += 1
        config['linux']['cgroupsPath'] = f'/{self.folder.name}-{self._configs}'
        config['process'].update({'terminal': False, 'args': list(args), **process})
        return config

    def bundle(self, config):
        """A folder with this configuration."""
        self._bundles += 1
        folder = self.folder / f'bundle{self._bundles}'
        folder.mkdir()
        (folder / 'config.json').write_text(config if isinstance(config, str) else json.dumps(config))
        return folder

    def run(self, config, name='box', **more):
        return self('run', '--bundle', self.bundle(config), name, **more)

    def state(self, name):
        return json.loads(self('state', name).out)

    def left(self):
        """What should not be there any more: states, cgroups."""
        states = list(self.states.iterdir()) if self.states.exists() else []
        return states + [f for f in cgroups() if f.name.startswith(self.folder.name)]


def cgroups():
    """Folders right below every mounted hierarchy."""
    found = []
    for line in pathlib.Path('/proc/self/mountinfo').read_text().splitlines():
        fields = line.split(' ')
        if fields[fields.index('-') + 1] in ('cgroup', 'cgroup2'):
            found += [f for f in pathlib.Path(fields[4]).iterdir() if f.is_dir()]
    return found


def mounts():
    return pathlib.Path('/proc/self/mountinfo').read_text()


def runtime(build, run):
    """A runtime for one test, in a folder that mapped users can search; nothing may be left of it."""
    program = build / 'bin' / 'gabion-oci'
    if not program.exists():
        pytest.skip('gabion-oci is not built')
    before = mounts()
    with tempfile.TemporaryDirectory(prefix='gabion-oci-') as folder:
        os.chmod(folder, 0o755)
        one = Runtime(program, folder, run)
        yield one
        for state in list(one.states.iterdir()) if one.states.exists() else []:
            one('delete', '--force', state.name)
        assert one.left() == []
        assert mounts() == before
