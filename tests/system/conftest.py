# SPDX-License-Identifier: Apache-2.0
"""What every system test may ask for.

    gabion(*arguments, stdin=None, env=None, cwd=None) -> Run(code, out, err)
    notary             -> a running notary with a ledger of its own (notary.py)
    corpora            -> folder of the shared corpora; the test is skipped when there is none
    root               -> the repository
    build              -> the build folder under test (GABION_BUILD)
    schema_errors(document, schema) -> what is wrong with a JSON document, as a list of phrases
    @pytest.mark.timing   marks a test of speed: not run under sanitizers
"""
import dataclasses
import os
import pathlib
import subprocess

import jsonschema.validators
import pytest

from notary import Notary

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('GABION_BUILD') or ROOT / 'build')
TIMEOUT_S = 120
SANITIZER_EXIT = 99


@dataclasses.dataclass
class Run:
    """How a program ended; out and err are text, with bytes that are not UTF-8 escaped."""
    code: int
    out: str
    err: str


def run(command, stdin=None, env=None, cwd=None, timeout_s=TIMEOUT_S):
    """Run with a plain environment, so that no setting of the caller's leaks into a test."""
    environment = {'PATH': os.environ['PATH'], 'HOME': '/nonexistent', 'LC_ALL': 'C.UTF-8', 'TERM': 'dumb',
                   'ASAN_OPTIONS': f"{os.environ.get('ASAN_OPTIONS', '')}:exitcode={SANITIZER_EXIT}",
                   'UBSAN_OPTIONS': f"{os.environ.get('UBSAN_OPTIONS', '')}:exitcode={SANITIZER_EXIT}",
                   **(env or {})}
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run([str(c) for c in command], input=data if data is not None else b'',
                          capture_output=True, env=environment, cwd=cwd, timeout=timeout_s, check=False)
    out, err = (t.decode('utf-8', 'backslashreplace') for t in (done.stdout, done.stderr))
    # A crash is never what a test expects, whatever it goes on to compare.
    assert done.returncode >= 0, f'killed by signal {-done.returncode}: {command}\n{err}'
    assert 'Sanitizer' not in err and 'runtime error:' not in err, err
    return Run(done.returncode, out, err)


@pytest.fixture(scope='session')
def root():
    return ROOT


@pytest.fixture(scope='session')
def build():
    return BUILD


@pytest.fixture(scope='session')
def sanitized():
    return BUILD.name.endswith('asan')


@pytest.fixture(scope='session')
def gabion():
    program = BUILD / 'bin' / 'gabion'
    if not program.exists():
        pytest.skip(f'{program.relative_to(ROOT)} is not built')

    def call(*arguments, **more):
        return run([program, *arguments], **more)
    return call


@pytest.fixture
def notary(build, tmp_path):
    if not (build / 'bin' / 'gabion-notary').exists():
        pytest.skip('gabion-notary is not built')
    notary = Notary(build / 'bin', tmp_path)
    notary.start()
    yield notary
    if notary.process.poll() is None:
        notary.stop()


@pytest.fixture(scope='session')
def corpora():
    folder = pathlib.Path(os.environ.get('GABION_CORPORA') or ROOT.parent / 'shared' / 'corpora')
    if not folder.is_dir():
        pytest.skip('no corpora beside the repository (../shared/corpora or GABION_CORPORA)')
    return folder


@pytest.fixture(scope='session')
def schema_errors():
    def errors(document, schema):
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        found = validator(schema, format_checker=jsonschema.FormatChecker()).iter_errors(document)
        return [f'{error.json_path}: {error.message}' for error in found]
    return errors


def pytest_configure(config):
    config.addinivalue_line('markers', 'timing: measures speed; skipped under sanitizers')


def pytest_collection_modifyitems(items):
    if BUILD.name.endswith('asan'):
        for item in items:
            if item.get_closest_marker('timing'):
                item.add_marker(pytest.mark.skip(reason='speed is not measured under sanitizers'))
