# SPDX-License-Identifier: Apache-2.0
"""Every `sh` block of README and docs/ is run; an `output` block after it must be what it prints.

A block runs in a copy of the repository's files with build/bin on PATH. All blocks of one document
run in order in one copy. In an `output` block a line `...` stands for any lines. A block that a
reader types but a test cannot run (`make`, which would call this test) is marked `sh no-test`.
A block that must end with another exit status than 0 is marked `sh exit=1`.
"""
import os
import re
import shutil
import subprocess

import pytest
from conftest import BUILD, ROOT

DOCUMENTS = sorted([*ROOT.glob('*.md'), *ROOT.glob('docs/**/*.md')])
COPIED = ['examples', 'catalogue', 'docs']
VERIFIER = 'tests/system/tlog_verifier.py'  # auditors run it, and so does their guide
FENCE = re.compile(r'^```(\w+)([^\n]*)\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def blocks_of(document):
    """[(line, exit status, script, expected output or None)] of what is to be run."""
    text = document.read_text(encoding='utf-8')
    found = [m for m in FENCE.finditer(text)]
    for i, block in enumerate(found):
        if block.group(1) != 'sh' or 'no-test' in block.group(2):
            continue
        status = re.search(r'exit=(\d+)', block.group(2))
        follower = found[i + 1] if i + 1 < len(found) else None
        between = text[block.end():follower.start()] if follower else ''
        output = follower.group(3) if follower and follower.group(1) == 'output' and \
            not between.strip('\n').count('\n\n') else None
        yield (text.count('\n', 0, block.start()) + 1, int(status.group(1)) if status else 0,
               block.group(3), output)


def shows(printed, expected):
    """Whether the expected text is in what was printed; a line `...` stands for any lines."""
    parts = [p.strip('\n') for p in re.split(r'^\.\.\.$', expected, flags=re.MULTILINE)]
    pattern = r'[\s\S]*'.join(re.escape(p) for p in parts)
    return re.search(pattern, printed) is not None


@pytest.mark.parametrize('name', [str(d.relative_to(ROOT)) for d in DOCUMENTS if list(blocks_of(d))])
def test_what_the_document_shows_is_what_happens(name, tmp_path):
    document = ROOT / name
    for folder in COPIED:
        if (ROOT / folder).exists():
            shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / VERIFIER).parent.mkdir(parents=True)
    shutil.copy(ROOT / VERIFIER, tmp_path / VERIFIER)
    environment = {'PATH': f"{BUILD / 'bin'}:{os.environ['PATH']}", 'HOME': str(tmp_path),
                   'LC_ALL': 'C.UTF-8', 'TERM': 'dumb'}
    for line, status, script, expected in blocks_of(document):
        done = subprocess.run(['sh', '-eu'], input=script, capture_output=True, text=True, timeout=120,
                              env=environment, cwd=tmp_path, check=False)
        printed = done.stdout + done.stderr
        assert done.returncode == status, f'{document}:{line}: exit {done.returncode}\n{printed}'
        assert expected is None or shows(printed, expected), f'{document}:{line}: printed\n{printed}'


def test_links_inside_the_repository_lead_somewhere():
    broken = []
    for document in DOCUMENTS:
        text = re.sub(r'```.*?```', '', document.read_text(encoding='utf-8'), flags=re.DOTALL)
        for target in re.findall(r'\]\(([^)#\s]+)[^)]*\)', text):
            if not re.match(r'[a-z]+:', target) and not (document.parent / target).exists():
                broken.append(f'{document.relative_to(ROOT)}: {target}')
    assert not broken
