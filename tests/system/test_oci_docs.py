# SPDX-License-Identifier: Apache-2.0
"""The reference page of gabion-oci is what its tables print; GABION_UPDATE=1 writes it."""
import os
import re

import pytest

from conftest import run

HEAD = '''# gabion-oci

The container runtime: one static program that podman, containerd and people call the same way as runc and
crun. [How to use it](../how-to/run-containers.md); [why it is built so](../decisions/0010-one-static-musl-binary.md).
Written from the program's own tables.

Exit status: that of the program for `run` and `exec` in the foreground (128 and the signal's number when one
ended it); otherwise 0, or 1 with one line on standard error that says what was being done, the setting with its
place in `config.json`, the cause and the remedy.

'''


def page(program):
    top = run([program, '--help']).out
    names = re.findall(r'^  (\w+) ', top[top.index('Commands:'):top.index('Options:')], re.MULTILINE)
    parts = [HEAD, '```text\n', top, '```\n']
    for name in names:
        parts += [f'\n## {name}\n\n', '```text\n', run([program, name, '--help']).out, '```\n']
    return ''.join(parts)


def test_the_reference_page_is_what_the_program_says(root, build):
    program = build / 'bin' / 'gabion-oci'
    if not program.exists():
        pytest.skip('gabion-oci is not built')
    path, expected = root / 'docs/reference/gabion-oci.md', page(program)
    if os.environ.get('GABION_UPDATE'):
        path.write_text(expected)
    assert path.read_text() == expected, 'run this test with GABION_UPDATE=1'
