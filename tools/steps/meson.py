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


def may_test(folder):
    """False when the folder was set up before the test library was installed."""
    with open(f'{folder}/meson-info/intro-dependencies.json', encoding='utf-8') as file:
        return folder == 'build-fuzz' or any(d['name'] == 'check' for d in json.load(file))


def build(folder, *targets):
    """None when the folder is up to date now, else the failed result."""
    options, environment = FOLDERS[folder]
    done = None
    stale = os.path.exists(f'{folder}/build.ninja') and not may_test(folder)
    if stale or not os.path.exists(f'{folder}/build.ninja'):
        again = ['--reconfigure'] if stale else []
        done = run(['meson', 'setup', *again, folder, *options], env={**os.environ, **environment})
    if not done or done.returncode == 0:
        done = run(['ninja', '-C', folder, '-j', str(JOBS), *targets])
    return Result(f'{folder}: compiles', FAILED, tail(done.stdout)) if done.returncode else None


def case_result(case, suite, output):
    # "3 - ../src/base/text_test.c:text:a_name: Passed" is how Check fills TAP.
    name = f"{suite}: {case.get('name')}"
    if case.find('failure') is not None or case.find('error') is not None:
        return Result(name, FAILED, tail(output))
    if case.find('skipped') is not None:
        return Result(name, SKIPPED, case.find('skipped').get('message') or tail(output))
    return Result(name, PASSED)


def suite_results(suite, output, good):
    """One result per case; a program that died without a failed case is one failure more."""
    name = suite.get('name').split('.', 1)[-1]
    results = [case_result(case, name, output) for case in suite.iter('testcase')]
    if not good and all(r.outcome != FAILED for r in results):
        results.append(Result(f'{name}: runs to its end', FAILED, tail(output)))
    return results


def outputs(folder):
    """{test: (what it printed, whether Meson calls it good)}"""
    found = {}
    with open(f'{folder}/meson-logs/testlog.json', encoding='utf-8', errors='replace') as log:
        for line in log:
            test = json.loads(line)
            name = test['name'].split(' / ')[-1].split(':')[-1]
            printed = test.get('stdout', '') + test.get('stderr', '')
            found[name] = printed, test['result'] in ('OK', 'SKIP')
    return found


def unit(folder):
    """Build everything, run the suite 'unit', count every test case."""
    broken = build(folder)
    if broken:
        return [broken]
    report = f'{folder}/meson-logs/testlog.junit.xml'
    if os.path.exists(report):
        os.unlink(report)
    done = run(['meson', 'test', '-C', folder, '--suite', 'unit', '--no-rebuild',
                '--num-processes', str(JOBS), '--timeout-multiplier', '10'],
               env={**os.environ, **SANITIZERS, 'CK_TIMEOUT_MULTIPLIER': '5'})
    if not os.path.exists(report):
        return [Result(f'{folder}: unit tests run', FAILED, tail(done.stdout))]
    printed = outputs(folder)
    results = []
    for suite in ElementTree.parse(report).getroot().iter('testsuite'):
        name = suite.get('name').split('.', 1)[-1]
        results += suite_results(suite, *printed.get(name, (done.stdout, False)))
    return results
