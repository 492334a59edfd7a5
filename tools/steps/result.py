# SPDX-License-Identifier: Apache-2.0
"""What a check came to, and how checks run other programs."""
import dataclasses
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PASSED, FAILED, SKIPPED = 'passed', 'failed', 'skipped'
JOBS = int(os.environ.get('JOBS') or os.cpu_count() or 1)
TAIL_LINES = 80


@dataclasses.dataclass
class Result:
    name: str
    outcome: str
    detail: str = ''  # of a failure: what was printed; of a skip: the reason


def run(command, **more):
    """Run to the end without standard input; output and errors together as text."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors='replace', check=False, **more)


def tail(text):
    lines = text.rstrip('\n').split('\n')
    cut = [f'[{len(lines) - TAIL_LINES} lines before]'] if len(lines) > TAIL_LINES else []
    return '\n'.join(cut + lines[-TAIL_LINES:])


def check(name, command, **more):
    """A check that passes when a command succeeds."""
    done = run(command, **more)
    return Result(name, PASSED if done.returncode == 0 else FAILED, tail(done.stdout))
