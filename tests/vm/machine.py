# SPDX-License-Identifier: Apache-2.0
"""A virtual machine for as long as a few commands take: boots in seconds, leaves nothing behind."""
import base64
import dataclasses
import os
import pathlib
import secrets
import subprocess
import tempfile

from image import Image
from kernels import Kernel

HERE = pathlib.Path(__file__).parent
MEMORY_MB = 1024
PROBE_S = 15  # a machine under KVM is up in one; where KVM hangs it hangs for good
OUTPUT_BYTES = 256 << 10  # of each stream of a command; what is behind is cut off
CONSOLE_LINES = 30


@dataclasses.dataclass
class Run:
    """How a command ended (137: killed at its time limit); out and err are text."""
    code: int
    out: str
    err: str


class Failed(Exception):
    """The machine did not come to its end; the message has the last lines of its console."""


def text(encoded):
    return base64.b64decode(encoded.removesuffix('.'), validate=True).decode('utf-8', 'backslashreplace')


def read_reports(lines, secret, count):
    """The result of every command, in order; None when one is missing."""
    reports = [fields[1:] for fields in (line.split() for line in lines) if fields[:1] == [secret]]
    if reports[-1:] != [['end']] or [r[0] for r in reports[:-1]] != [f'{n:04}' for n in range(count)]:
        return None
    return [Run(int(code), text(out), text(err)) for _, code, out, err in reports[:-1]]


class Machines:
    """Boots machines; kernels and what was found out about this host are kept in a folder."""

    def __init__(self, cache):
        self.cache = cache
        self.kernels = {}
        self.accelerator = None

    def kernel(self, name):
        """The kernel called '6.1' or '6.12'; raises kernels.Unavailable."""
        if name not in self.kernels:
            self.kernels[name] = Kernel(name, self.cache)
        return self.kernels[name]

    def run(self, commands, kernel='6.1', files=None, modules=(), timeout_s=120, command_timeout_s=60):
        """
        Boot, run shell commands as root one after the other, power off: a Run for each.

        files: {path inside: a host file as a Path (a program brings its libraries), or text or bytes}.
        modules: names of kernel modules, loaded with what they need; built-in ones are passed over.
        """
        if not self.accelerator:
            self.accelerator = 'kvm' if self.kvm_works(kernel) else 'tcg'
        return self.boot(self.accelerator, commands, self.kernel(kernel), files or {}, modules, timeout_s,
                         command_timeout_s)

    def kvm_works(self, kernel):
        """/dev/kvm may be there and yet hang or fail: only a machine that came up is a proof."""
        if not os.access('/dev/kvm', os.R_OK | os.W_OK):
            return False
        boot_id = pathlib.Path('/proc/sys/kernel/random/boot_id').read_text('ascii')
        known = self.cache / 'no-kvm'
        if known.exists() and known.read_text('ascii') == boot_id:
            return False
        try:
            self.boot('kvm', ['true'], self.kernel(kernel), {}, (), PROBE_S, PROBE_S)
            return True
        except Failed:
            known.write_text(boot_id, 'ascii')
            return False

    def boot(self, accelerator, commands, kernel, files, modules, timeout_s, command_timeout_s):
        secret = secrets.token_hex(16)
        image = Image()
        image.add('/init', HERE / 'init.sh', 0o755)
        image.add('/vm/settings', f'{secret} {command_timeout_s} {OUTPUT_BYTES}\n', 0o400)
        for number, command in enumerate(commands):
            image.add(f'/vm/commands/{number:04}', command)
        for number, module in enumerate(kernel.with_dependencies(modules).values()):
            image.add(f'/vm/modules/{number:04}', module)
        for path, content in files.items():
            image.add(path, content)
        with tempfile.TemporaryDirectory(prefix='gabion-vm-') as folder:
            return self.emulate(accelerator, pathlib.Path(folder), kernel, image, timeout_s,
                                lambda lines: read_reports(lines, secret, len(commands)))

    @staticmethod
    def emulate(accelerator, folder, kernel, image, timeout_s, read):
        (folder / 'initrd').write_bytes(image.bytes())
        # Emulated, a processor may run code while another one patches it (static keys): the kernel panics.
        real = accelerator == 'kvm'
        command = ['setpriv', '--pdeathsig', 'KILL', 'qemu-system-x86_64', '-accel', accelerator,
                   '-cpu', 'host' if real else 'max', '-m', str(MEMORY_MB), '-smp', '2' if real else '1',
                   '-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none',
                   '-serial', f'file:{folder}/console', '-serial', f'file:{folder}/reports',
                   '-kernel', kernel.image, '-initrd', folder / 'initrd',
                   '-append', 'console=ttyS0 panic=-1 quiet']
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout_s,
                                  check=False)
            why = done.stderr.decode('utf-8', 'backslashreplace')
        except subprocess.TimeoutExpired:
            why = f'not at its end after {timeout_s} s'
        said = [(folder / name).read_text('utf-8', 'backslashreplace').splitlines() if (folder / name).exists() else []
                for name in ('reports', 'console')]
        results = read(said[0])
        if results is None:
            raise Failed('\n'.join([why, *said[1][-CONSOLE_LINES:]]))
        return results
