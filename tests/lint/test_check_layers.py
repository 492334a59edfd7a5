# SPDX-License-Identifier: Apache-2.0
"""Every rule of tools/check-layers finds the violation seeded here, and nothing in what is allowed."""
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPDX = '/* SPDX-License-Identifier: Apache-2.0 */\n'


def findings(folder, files):
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    done = subprocess.run([ROOT / 'tools' / 'check-layers', folder], capture_output=True, text=True, check=False)
    assert done.stderr == ''
    return done.returncode, done.stdout.splitlines()


def function(body_lines):
    return SPDX + 'void f(void)\n{\n' + '\tg();\n' * body_lines + '}\n'


VIOLATIONS = [
    # path, text, line, rule
    ('src/base/a.c', SPDX + '#include "data/value.h"\n', 2, 'arrow'),
    ('src/data/a.c', SPDX + '#include "cel/cel.h"\n', 2, 'arrow'),
    ('src/cel/a.c', SPDX + '#include "policy/policy.h"\n', 2, 'arrow'),
    ('src/report/a.c', SPDX + '#include "ledger/tree.h"\n', 2, 'arrow'),
    ('src/policy/a_test.c', SPDX + '#include "report/report.h"\n', 2, 'arrow'),
    ('src/sys/a.c', SPDX + '#include "data/value.h"\n', 2, 'arrow'),
    ('src/layers/image/a.c', SPDX + '#include "layers/cluster/view.h"\n', 2, 'arrow'),
    ('src/layers/image/a.c', SPDX + '#include "flow/flow.h"\n', 2, 'arrow'),
    ('src/flow/a.c', SPDX + '#include "programs/gabion/command.h"\n', 2, 'arrow'),
    ('src/programs/gabion/a.c', SPDX + '#include "programs/other/a.h"\n', 2, 'arrow'),
    ('src/data/a.c', SPDX + '#include "nowhere/a.h"\n', 2, 'arrow'),
    ('src/data/a.c', SPDX + '#include "../base/text.h"\n', 2, 'include-form'),
    ('src/data/a.c', SPDX + '#include "value.h"\n', 2, 'include-form'),
    ('src/data/a.c', SPDX + '#include <unistd.h>\n', 2, 'pure-header'),
    ('src/data/a.h', SPDX + '#pragma once\n#include <fcntl.h>\n', 3, 'pure-header'),
    ('src/cel/a.c', SPDX + '#  include  <sys/stat.h>\n', 2, 'pure-header'),
    ('src/policy/a.c', SPDX + '#include <pthread.h>\n', 2, 'pure-header'),
    ('src/sys/a.c', SPDX + '\tstrcpy(a, b);\n', 2, 'unsafe-call'),
    ('src/programs/gabion/a.c', SPDX + '\tint n = atoi(text);\n', 2, 'unsafe-call'),
    ('fuzz/a.c', SPDX + '\tsprintf (a, "x");\n', 2, 'unsafe-call'),
    ('src/sys/a.c', SPDX + '\tn = strtoul(a, NULL, 10);\n', 2, 'number-parsing'),
    ('src/data/a.c', SPDX + '\tp = malloc(3);\n', 2, 'allocation'),
    ('src/cel/a.c', SPDX + '/* why */ free(p);\n', 2, 'allocation'),
    ('src/policy/a.c', SPDX + '\tt = time(NULL);\n', 2, 'impure-call'),
    ('src/report/a.c', SPDX + '\tf = fopen("x", "r");\n', 2, 'impure-call'),
    ('src/report/a.c', SPDX + '\tprintf("x");\n', 2, 'printing'),
    ('src/layers/image/a.c', SPDX + '\tfputs("x", stderr);\n', 2, 'printing'),
    ('src/base/a.c', function(61), 3, 'function-size'),
    ('src/base/a.c', SPDX + '\n' * 600, 601, 'file-size'),
    ('src/base/a_test.c', SPDX + '\n' * 900, 901, 'file-size'),
    ('src/base/a.h', SPDX + '#pragma once\n' + '\n' * 99, 101, 'header-size'),
    ('src/programs/gabion/main.c', SPDX + '\n' * 200, 201, 'file-size'),
    ('src/base/a.h', SPDX + '/** F. */\nint f(void);\n', 1, 'header-guard'),
    ('src/base/a.h', SPDX + '#pragma once\n\nint f(int a,\n\tint b);\n', 4, 'undocumented'),
    ('src/base/a.c', SPDX + '\t/* ' + 'x' * 87 + ' */\n', 2, 'line-length'),
    ('src/base/a.c', 'int a;\n', 1, 'licence'),
    ('src/bpf/a.c', SPDX, 1, 'licence'),
    ('tools/a', '#!/bin/sh\n', 1, 'licence'),
]

ALLOWED = [
    ('src/policy/a.c', SPDX + '#include "cel/cel.h"\n#include <stdio.h>\n'),
    ('src/layers/image/a.c', SPDX + '#include "layers/layer.h"\n#include "layers/image/b.h"\n'),
    ('src/flow/a.c', SPDX + '#include "layers/image/layer.h"\n'),
    ('src/programs/gabion/a.c', SPDX + '#include "programs/gabion/b.h"\n\tprintf("x");\n'),
    ('src/sys/a.c', SPDX + '#include <unistd.h>\n\tread(fd, p, n);\n\tp = malloc(1);\n'),
    ('src/data/a_test.c', SPDX + '#include "unit.h"\n#include <unistd.h>\n\tprintf("x");\n\tfree(p);\n'),
    ('src/data/a.c', SPDX + '/* strcpy(a) */ // free(p)\n\tconst char *s = "malloc(1) \\" free(x)";\n'),
    ('src/data/a.c', SPDX + '\tx->free(p);\n\tmy_free(p);\n\ttable.read(p);\n'),
    ('src/base/arena.c', SPDX + '\tp = malloc(1);\n\tfree(p);\n\tabort();\n'),
    ('src/base/number.c', SPDX + '\td = strtod(text, &end);\n'),
    ('src/base/a.c', function(60)),
    ('src/base/a.c', SPDX + '\t/* ' + 'x' * 86 + ' */\n'),
    ('src/base/a.h', SPDX + '#pragma once\n\n/** Both. */\nint f(void);\nint g(void);\n'),
    ('src/base/a.h', SPDX + '#pragma once\n\nstruct a {\n\tint (*f)(int a);\n};\n'),
    ('src/bpf/a.c', '/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */\n'),
    ('tools/a', '#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n'),
]


@pytest.mark.parametrize('path, text, line, rule', VIOLATIONS, ids=lambda v: v if isinstance(v, str) and '\n' not in v else '')
def test_a_seeded_violation_is_found_where_it_is(tmp_path, path, text, line, rule):
    status, lines = findings(tmp_path, {path: text})
    assert [found.split(': ')[:2] for found in lines] == [[f'{path}:{line}', rule]]
    assert status == 1


@pytest.mark.parametrize('path, text', ALLOWED, ids=lambda v: v if '\n' not in v else '')
def test_what_is_allowed_is_not_found(tmp_path, path, text):
    assert findings(tmp_path, {path: text}) == (0, [])
