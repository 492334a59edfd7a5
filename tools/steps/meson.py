# SPDX-License-Identifier: Apache-2.0
"""Build folders, and the unit tests in them."""
import json
import os
import xml.etree.ElementTree as ElementTree

from .result import FAILED, JOBS, PASSED, SKIPPED, Result, run, tail

# folder: (options of meson setup, environment of the compilers)
FOLDERS = {
    'build': ([], {}),
    'build-asan': (['-Db_sanitize=address,undefined', '-Doptimization=1', '-Db_lto=false'], {}),
    'build-fuzz': (['-Dfuzz=enabled', '-Dtests=disabled', '-Db_sanitize=address,undefined',
                    '-Db_lundef=false', '-Db_lto=false', '-Dwerror=false'],
                   {'CC': 'clang-14', 'CXX': 'clang++-14'}),
}
SANITIZERS = {
    'ASAN_OPTIONS': 'abort_on_error=1:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1',
    'UBSAN_OPTIONS': 'print_stacktrace=1:halt_on_error=1',
}


def build(folder, *targets):
    """None when the folder is up to date now, else the failed result."""
    options, environment = FOLDERS[folder]
    done = None
    if not os.path.exists(f'{folder}/build.ninja'):
        done = run(['meson', 'setup', folder, *options], env={**os.environ, **environment})
    if not done or done.returncode == 0:
        done = run(['ninja', '-C', folder, '-j', str(JOBS), *targets])
    return Result(f'{folder}: compiles', FAILED, tail(done.stdout)) if done.returncode else None


def case_results(suite):
    for case in suite.iter('testcase'):
        # "3 - ../src/base/text_test.c:text:a_name: Passed" is how Check fills TAP.
        name = f"{suite.get('name')}: {case.get('name')}"
        if case.find('failure') is not None or case.find('error') is not None:
            yield Result(name, FAILED)
        elif case.find('skipped') is not None:
            yield Result(name, SKIPPED, case.find('skipped').get('message') or 'see its output')
        else:
            yield Result(name, PASSED)


def outputs(folder):
    """What each test printed, and whether Meson calls it good."""
    with open(f'{folder}/meson-logs/testlog.json', encoding='utf-8', errors='replace') as log:
        for line in log:
            test = json.loads(line)
            yield test['name'], test['result'] in ('OK', 'SKIP'), \
                test.get('stdout', '') + test.get('stderr', '')


def unit(folder):
    """Build everything, run the suite 'unit', count every test case."""
    broken = build(folder)
    if broken:
        return [broken]
    done = run(['meson', 'test', '-C', folder, '--suite', 'unit', '--no-rebuild',
                '--num-processes', str(JOBS)], env={**os.environ, **SANITIZERS})
    report = f'{folder}/meson-logs/testlog.junit.xml'
    if not os.path.exists(report):
        return [Result(f'{folder}: unit tests run', FAILED, tail(done.stdout))]
    results = [r for s in ElementTree.parse(report).getroot() for r in case_results(s)]
    # A program that died has too few cases, none of them failed.
    for name, good, output in outputs(folder):
        if not good:
            results.append(Result(f'{folder}: {name}', FAILED, tail(output)))
    return results
