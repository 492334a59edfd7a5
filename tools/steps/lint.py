# SPDX-License-Identifier: Apache-2.0
"""What can be said about the code without running it: one result per check."""
import concurrent.futures
import json
import os
import re
import subprocess

from . import meson, pytests
from .result import FAILED, JOBS, PASSED, Result, check, run, tail

# clang-tidy reads the flags of gcc; clang 14 wants to be asked twice for one of them.
TIDY = ['clang-tidy-14', '--quiet', '-p', 'build/tidy',
        '--extra-arg=-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang',
        '--extra-arg=-Wno-unknown-warning-option',
        # A recursive parser costs 19 s at the default of 225,000 steps per function, 4 s at this.
        *(f'--extra-arg={a}' for a in ['-Xclang', '-analyzer-config', '-Xclang', 'max-nodes=50000'])]
CPPCHECK = ['cppcheck', '--quiet', '--enable=warning,performance,portability', '--inline-suppr',
            '--suppressions-list=.cppcheck-suppressions', '--error-exitcode=1', '-j', str(JOBS),
            '--max-configs=1', '--std=c11', '-D__x86_64__', '-Isrc', '-Itests', '--template=gcc']


def sources(*patterns):
    """Files of the repository, tracked or about to be, whose path matches one of the patterns."""
    listed = run(['git', 'ls-files', '--cached', '--others', '--exclude-standard']).stdout.split('\n')
    if not os.path.exists('.git'):
        listed = [os.path.relpath(os.path.join(folder, name))
                  for folder, _, names in os.walk('.') for name in names]
    return sorted(p for p in set(listed) if os.path.isfile(p) and not p.startswith('build')
                  and any(re.search(pattern, p) for pattern in patterns))


def formatting():
    files = sources(r'^(src|fuzz|bench|tests)/.*\.(c|h|cc)$')
    return check('format: clang-format agrees', ['clang-format-14', '--dry-run', '-Werror', *files])


def walls():
    return check('walls: tools/check-layers finds nothing', ['tools/check-layers'])


def header_alone(path):
    """A header must compile alone and twice."""
    text = f'#include "{path}"\n#include "{path}"\n'
    done = subprocess.run(['gcc', '-fsyntax-only', '-std=gnu17', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror',
                           '-Isrc', '-Itests', '-I.', '-x', 'c', '-'],
                          input=text, capture_output=True, text=True, check=False)
    return done.stderr


def headers():
    files = sources(r'^(src|tests|fuzz|bench)/.*\.h$')
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        errors = ''.join(pool.map(header_alone, files))
    return Result('headers: each compiles alone', FAILED if errors else PASSED, tail(errors))


def globals_of(archive):
    """Names in writable sections; .data.rel.ro is constant once relocated, DW.ref is C++ itself."""
    for line in run(['objdump', '-t', archive]).stdout.split('\n'):
        found = re.search(r'\sO\s+(\.(?:data|bss|tdata|tbss)\S*)\s+\S+\s+(?:\.hidden )?(\S+)$', line)
        if found and not found.group(1).startswith(('.data.rel.ro', '.data.rel.local.DW.ref.')):
            yield f'{archive}: {found.group(2)} is mutable ({found.group(1)})'


def mutable_globals():
    archives = [os.path.join(folder, name) for folder, _, names in os.walk('build/src')
                for name in names if name.endswith('.a')]
    found = [line for archive in archives for line in globals_of(archive)]
    return Result('globals: none is mutable', FAILED if found or not archives else PASSED,
                  '\n'.join(found) or 'no library was built')


def program_sources(ending):
    """Without tests, whose macros drown the analysers, and kernel programs, which are another dialect."""
    return [f for f in sources(rf'^src/.*\.({ending})$') if not re.search(r'_test\.|/bpf/', f)]


def commands_for_tidy():
    """One way to compile each file, with glibc's headers: clang does not know the specs of musl."""
    with open('build/compile_commands.json', encoding='utf-8') as file:
        commands = json.load(file)
    chosen = {}
    for command in sorted(commands, key=lambda c: '-specs=' in c['command']):
        words = re.sub(r' -specs=\S+| -idirafter \S+', '', command['command'])
        chosen.setdefault(os.path.normpath(os.path.join(command['directory'], command['file'])),
                          {**command, 'command': words})
    os.makedirs('build/tidy', exist_ok=True)
    with open('build/tidy/compile_commands.json', 'w', encoding='utf-8') as file:
        json.dump(list(chosen.values()), file)


def tidy():
    commands_for_tidy()
    files = program_sources('c|cc')
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        done = list(pool.map(lambda file: run([*TIDY, file]), files))
    errors = ''.join(d.stdout for d in done if d.returncode)
    first = '\n'.join(re.findall(r'^.*: error: .*$', errors, re.MULTILINE))
    return Result('clang-tidy: finds nothing', FAILED if errors else PASSED, first + '\n' + tail(errors))


def cppcheck():
    return check('cppcheck: finds nothing', [*CPPCHECK, *program_sources('c')])


def shell():
    files = [f for f in sources(r'^(tools|\.ci)/|\.sh$')
             if open(f, 'rb').readline().startswith(b'#!/bin/sh')]
    return check('shell: shellcheck finds nothing', ['shellcheck', *files])


CHECKS = [formatting, walls, headers, mutable_globals, shell, cppcheck, tidy]


def run_all():
    broken = meson.build('build')
    if broken:
        return [broken]
    return [c() for c in CHECKS] + pytests.run_folder('tests/lint', 'build')
