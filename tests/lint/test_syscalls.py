# SPDX-License-Identifier: Apache-2.0
"""The committed table of system calls says what this machine's headers say."""
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / 'tools' / 'syscalls'


def run(*arguments):
    return subprocess.run([TOOL, *arguments], capture_output=True, text=True, check=False)


def test_the_table_agrees_with_the_installed_headers():
    done = run('check')
    assert done.stdout + done.stderr == '' and done.returncode == 0


def test_making_the_table_again_gives_the_rows_that_are_committed():
    """Headers of another version may know more; what they know must be the same."""
    rows = set(re.findall(r'^\tX\(.*', (ROOT / 'src/layers/context/syscalls_table.c').read_text(), re.MULTILINE))
    done = run('make')
    assert done.returncode == 0, done.stderr
    assert set(re.findall(r'^\tX\(.*', done.stdout, re.MULTILINE)) <= rows


def test_a_wrong_command_line_is_answered_with_the_usage():
    done = run('other')
    assert done.returncode == 1 and 'usage: syscalls make' in done.stderr
