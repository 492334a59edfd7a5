# SPDX-License-Identifier: Apache-2.0
"""The file system a test machine boots with: a cpio archive, made without rights and without temporary files."""
import os
import pathlib
import re
import stat
import subprocess

BUSYBOX = '/bin/busybox'
FOLDERS = 'bin dev proc sys tmp run root vm vm/commands vm/modules'.split()


def libraries(path):
    """The shared libraries and the loader of a dynamic program, by the paths it looks for."""
    done = subprocess.run(['ldd', path], capture_output=True, text=True, check=False)
    return re.findall(r'(?:=> )?(/\S+) \(0x', done.stdout)


def member(path, mode, data=b'', number=0):
    """One file in the `newc` format: a header of hexadecimal fields, the name, the data, padded to four."""
    name = path.encode() + b'\0'
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
    head = b'070701' + b''.join(b'%08x' % field for field in fields) + name
    return b''.join(part + b'\0' * (-len(part) % 4) for part in (head, data))


class Image:
    """Collects files; `bytes()` is the archive."""

    def __init__(self):
        self.files = {}  # path without the leading slash: (mode, data)
        for folder in FOLDERS:
            self.files[folder] = (stat.S_IFDIR | 0o755, b'')
        self.add('/bin/busybox', pathlib.Path(BUSYBOX))
        names = subprocess.run([BUSYBOX, '--list'], capture_output=True, text=True, check=True).stdout.split()
        for name in names:
            self.files.setdefault(f'bin/{name}', (stat.S_IFLNK | 0o777, b'busybox'))

    def add(self, path, content, mode=None):
        """A host file (a program brings its libraries), or text or bytes."""
        if isinstance(content, os.PathLike):
            data = pathlib.Path(content).read_bytes()
            mode = mode or stat.S_IMODE(os.stat(content).st_mode)
            for library in libraries(content) if data.startswith(b'\x7fELF') else []:
                if library.lstrip('/') not in self.files:
                    self.add(library, pathlib.Path(library))
        else:
            data = content.encode() if isinstance(content, str) else content
            mode = mode or (0o755 if data.startswith(b'#!') else 0o644)
        inside = pathlib.PurePosixPath(path.lstrip('/'))
        for parent in reversed(inside.parents[:-1]):
            self.files.setdefault(str(parent), (stat.S_IFDIR | 0o755, b''))
        self.files[str(inside)] = (stat.S_IFREG | mode, data)

    def bytes(self):
        members = [member(path, mode, data, number)
                   for number, (path, (mode, data)) in enumerate(self.files.items(), 1)]
        return b''.join([*members, member('TRAILER!!!', 0)])
