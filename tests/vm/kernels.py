# SPDX-License-Identifier: Apache-2.0
"""Debian's kernels, downloaded as packages and unpacked, never installed."""
import lzma
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

# What a test calls a kernel: the package that always depends on the newest build of it.
KERNELS = {'6.1': 'linux-image-cloud-amd64', '6.12': 'linux-image-6.12-cloud-amd64'}


class Unavailable(Exception):
    """There is no such kernel to be had here; the message says why."""


def apt(program, *arguments, folder):
    """One apt command with lists and cache of its own, so that no right and no lock is needed."""
    for name in ('lists/partial', 'cache/archives/partial'):
        (folder / name).mkdir(parents=True, exist_ok=True)
    options = {'Dir::State::lists': folder / 'lists', 'Dir::Cache': folder / 'cache', 'Debug::NoLocking': 1,
               'APT::Sandbox::User': '', 'Acquire::http::Timeout': 15, 'Acquire::Retries': 1}
    return subprocess.run([program, '-qq', *(f'-o{name}={value}' for name, value in options.items()), *arguments],
                          cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def resolve(package, folder):
    """The package of one build that a meta-package stands for, or None."""
    done = apt('apt-cache', 'depends', package, folder=folder)
    found = re.search(r'Depends: (linux-image-\S+)', done.stdout)
    return found.group(1) if found else None


def download(package, folder):
    """Fetch and unpack into folder/root; the machine's own lists are not touched."""
    listed = apt('apt-get', 'update', folder=folder)
    build = resolve(package, folder)
    if not build:
        raise Unavailable(f'the archive knows no {package}: {listed.stderr.strip()[-300:]}')
    fetched = apt('apt-get', 'download', build, folder=folder)
    archives = list(folder.glob('linux-image-*.deb'))
    if not archives:
        raise Unavailable(f'cannot download {build}: {fetched.stderr.strip()[-300:]}')
    subprocess.run(['dpkg-deb', '-x', archives[0], folder / 'root'], check=True)


class Kernel:
    """An unpacked kernel: `image` is what boots, `release` what uname says."""

    def __init__(self, name, cache):
        """Take it from the cache folder, or download it into that."""
        self.name, self.root = name, cache / name
        if not self.root.exists():
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache, prefix='new-') as scratch:
                download(KERNELS[name], pathlib.Path(scratch))
                os.rename(pathlib.Path(scratch, 'root'), self.root)
        self.image = next(self.root.glob('boot/vmlinuz-*'))
        self.release = self.image.name.removeprefix('vmlinuz-')
        self.modules = {path.name.split('.')[0].replace('-', '_'): path
                        for path in self.root.glob(f'lib/modules/{self.release}/**/*.ko*')}

    def module(self, name):
        """The bytes of a module, uncompressed; KeyError when it is built in or unknown."""
        path = self.modules[name.replace('-', '_')]
        data = path.read_bytes()
        return lzma.decompress(data) if path.suffix == '.xz' else data

    def with_dependencies(self, names):
        """The modules and what they need, in the order of loading, as {name: bytes}."""
        ordered = {}
        for name in names:
            if name.replace('-', '_') not in self.modules:
                continue  # built in
            data = self.module(name)
            needed = re.search(rb'\0depends=([^\0]*)\0', data)
            ordered |= self.with_dependencies(filter(None, needed.group(1).decode().split(','))) if needed else {}
            ordered[name] = data
        return ordered


def available():
    """Why no virtual machine can run here, or None."""
    missing = [name for name in ('qemu-system-x86_64', 'dpkg-deb', 'apt-get', 'setpriv') if not shutil.which(name)]
    if os.uname().machine != 'x86_64':
        return f'the kernels are for x86_64, this is {os.uname().machine}'
    return f"{', '.join(missing)} not installed" if missing else None
