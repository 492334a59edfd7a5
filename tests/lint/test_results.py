# SPDX-License-Identifier: Apache-2.0
"""How tools/test turns what ran into counted results."""
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tools'))
from steps import meson, pytests  # noqa: E402


def outcomes(results):
    return [r.outcome for r in results]


def suite(*cases):
    inner = ''.join(f'<testcase name="{i} - a">{c}</testcase>' for i, c in enumerate(cases))
    return ElementTree.fromstring(f'<testsuite name="gabion.base-text">{inner}</testsuite>')


def test_every_case_of_a_unit_test_counts():
    results = meson.suite_results(suite('', '<failure/>', '<skipped/>'), 'what it said', False)
    assert outcomes(results) == ['passed', 'failed', 'skipped']
    assert results[1].detail == 'what it said'


def test_a_program_that_dies_between_cases_is_a_failure():
    assert outcomes(meson.suite_results(suite('', ''), 'Segmentation fault', False)) == ['passed', 'passed', 'failed']


def test_a_program_without_a_case_that_fails_is_a_failure():
    assert outcomes(meson.suite_results(suite(), '', False)) == ['failed']


def test_pytest_cases_are_counted_and_skips_keep_their_reason(tmp_path):
    (tmp_path / 'test_a.py').write_text(
        'import pytest\n'
        'def test_good(): pass\n'
        'def test_bad(): assert 1 == 2\n'
        'def test_skipped(): pytest.skip("no moon tonight")\n'
        'def test_broken(nothing): pass\n')
    results = pytests.run_folder(str(tmp_path), 'build')
    assert sorted(outcomes(results)) == ['failed', 'failed', 'passed', 'skipped']
    assert 'no moon tonight' in [r.detail for r in results if r.outcome == 'skipped'][0]


def test_a_test_file_that_does_not_load_is_a_failure(tmp_path):
    (tmp_path / 'test_a.py').write_text('import nothing_of_that_name\n')
    assert outcomes(pytests.run_folder(str(tmp_path), 'build')) == ['failed']


def test_an_unknown_step_is_refused():
    done = subprocess.run([ROOT / 'tools' / 'test', 'nonsense'], capture_output=True, text=True, check=False)
    assert done.returncode != 0 and 'unknown step' in done.stderr
