# SPDX-License-Identifier: Apache-2.0
"""The expression language against the specification's own cases, and the driver against bad files."""
import json

import pytest
from conftest import run

PLAIN = {'expr': '1', 'expect': {'value': {'type': 'int', 'value': '1'}}}
UNREADABLE = {
    'no JSON': '[',
    'no list': '{}',
    'no case': '[1]',
    'no expression': json.dumps([{'expect': {'value': {'type': 'null'}}}]),
    'nothing expected': json.dumps([{'expr': '1', 'expect': {}}]),
    'unknown type': json.dumps([{'expr': '1', 'expect': {'value': {'type': 'tensor'}}}]),
    'malformed number': json.dumps([{'expr': '1', 'expect': {'value': {'type': 'int', 'value': 'x'}}}]),
    'declarations no list': json.dumps([{**PLAIN, 'type_env': 'abc'}]),
    'parameter no text': json.dumps([{**PLAIN, 'type_env': [
        {'name': 'f', 'overloads': [{'id': 'f', 'params': [1], 'result': 'int'}]}]}]),
}


@pytest.fixture(scope='module')
def conformance(build):
    program = build / 'tests' / 'cel-conformance'
    if not program.exists():
        pytest.skip('tests/cel-conformance is not built')
    return lambda *files: run([program, *files])


def test_every_case_of_the_corpus_passes(conformance, corpora):
    done = conformance(corpora / 'cel' / 'conformance.json')
    assert done.code == 0, done.out
    assert done.out.splitlines()[-1] == '1020 passed, 0 failed'


def test_a_failing_case_is_printed_with_what_was_expected_and_what_came(conformance, tmp_path):
    case = {'file': 'a.textproto', 'section': 's', 'name': 'n', 'expr': '1 + 1', 'expect': PLAIN['expect']}
    (tmp_path / 'cases.json').write_text(json.dumps([PLAIN, case]))
    done = conformance(tmp_path / 'cases.json')
    assert done.code == 1
    assert done.out.splitlines()[-1] == '1 passed, 1 failed'
    for part in ('a.textproto/s/n', '1 + 1', '"value": "1"', 'int 2'):
        assert part in done.out


@pytest.mark.parametrize('text', UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_not_what_it_should_be_is_a_clear_error(conformance, tmp_path, text):
    (tmp_path / 'cases.json').write_text(text)
    done = conformance(tmp_path / 'cases.json')
    assert done.code == 3
    assert str(tmp_path / 'cases.json') in done.err


def test_a_file_that_is_missing_is_a_clear_error(conformance, tmp_path):
    done = conformance(tmp_path / 'nothing.json')
    assert done.code == 3 and 'cannot be read' in done.err
