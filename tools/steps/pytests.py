# SPDX-License-Identifier: Apache-2.0
"""pytest over a folder."""
import os
import shlex
import tempfile
import xml.etree.ElementTree as ElementTree

from . import meson
from .result import FAILED, PASSED, SKIPPED, Result, run, tail

NOTHING_COLLECTED = 5


def case_result(case):
    name = f"{case.get('classname')}: {case.get('name')}"
    for kind in ('failure', 'error'):
        if case.find(kind) is not None:
            return Result(name, FAILED, tail(case.find(kind).text or ''))
    if case.find('skipped') is not None:
        return Result(name, SKIPPED, case.find('skipped').get('message') or '')
    return Result(name, PASSED)


def run_folder(folder, build):
    with tempfile.TemporaryDirectory(prefix='gabion-test-') as scratch:
        report = os.path.join(scratch, 'report.xml')
        command = ['/usr/bin/python3', '-B', '-m', 'pytest', '-q', '-p', 'no:cacheprovider',
                   f'--basetemp={scratch}/tmp', f'--junitxml={report}',
                   *shlex.split(os.environ.get('PYTEST_ARGS', '')), folder]
        environment = {**os.environ, **meson.SANITIZERS, 'GABION_BUILD': os.path.abspath(build)}
        done = run(command, env=environment)
        if done.returncode == NOTHING_COLLECTED:
            return []
        if not os.path.exists(report):
            return [Result(folder, FAILED, tail(done.stdout))]
        results = [case_result(c) for c in ElementTree.parse(report).getroot().iter('testcase')]
        if done.returncode and all(r.outcome != FAILED for r in results):
            results.append(Result(folder, FAILED, tail(done.stdout)))
        return results


def run_built(folder, build):
    broken = meson.build(build)
    return [broken] if broken else run_folder(folder, build)
