# SPDX-License-Identifier: Apache-2.0
"""What annotations of a configuration take away from a container: paths, ports, executable memory."""
import pytest

import oci
from conftest import run

pytestmark = pytest.mark.skipif(oci.why_not() is not None, reason=str(oci.why_not()))


@pytest.fixture
def runtime(build):
    yield from oci.runtime(build, run)


def confined(runtime, rules, *args):
    config = runtime.config(*args)
    config['annotations'] = {'dev.gabion.landlock': rules}
    return config


SHELL = 'read,execute /bin'


def test_what_no_rule_names_cannot_be_read(runtime):
    done = runtime.run(confined(runtime, SHELL, '/bin/cat', '/etc/passwd'))
    assert done.code == 1 and 'Permission denied' in done.err


def test_what_a_rule_names_can_be_read(runtime):
    done = runtime.run(confined(runtime, f'{SHELL}; read /etc', '/bin/cat', '/etc/passwd'))
    assert (done.code, done.err) == (0, '') and 'root:x:0:0' in done.out


def test_writing_is_a_right_of_its_own(runtime):
    script = 'echo x >/tmp/a; cat /tmp/a; echo y >/dev/null'
    config = confined(runtime, f'{SHELL}; read,write,make /tmp; write /dev/null', '/bin/sh', '-c', script)
    config['mounts'].append({'destination': '/tmp', 'type': 'tmpfs', 'source': 'tmpfs', 'options': ['nosuid']})
    done = runtime.run(config)
    assert (done.code, done.out, done.err) == (0, 'x\n', '')
    config['annotations']['dev.gabion.landlock'] = f'{SHELL}; read /tmp'
    done = runtime.run(config)
    assert 'can\'t create /tmp/a: Permission denied' in done.err


def test_the_program_itself_needs_the_right_to_be_executed(runtime):
    done = runtime.run(confined(runtime, 'read /', '/bin/true'))
    assert done.code != 0 and "cannot run '/bin/true': Permission denied" in done.err


def test_exec_is_confined_as_well(runtime):
    config = confined(runtime, SHELL, '/bin/sleep', '100')
    assert runtime.start('run', '--detach', '--bundle', runtime.bundle(config), 'box').code == 0
    done = runtime('exec', 'box', '/bin/cat', '/etc/passwd')
    assert done.code == 1 and 'Permission denied' in done.err
    assert runtime('delete', '--force', 'box').code == 0


@pytest.mark.parametrize('rules, said', [
    ('fly /bin', 'a word that begins no rule'),
    ('read relative', 'a path that is not absolute'),
    (f'{SHELL}; read /missing', "open '/missing' for the Landlock rules: No such file or directory"),
])
def test_rules_that_cannot_be_had_are_named_and_nothing_starts(runtime, rules, said):
    done = runtime.run(confined(runtime, rules, '/bin/echo', 'started'))
    assert done.code != 0 and said in done.err and 'making the Landlock rules' in done.err and done.out == ''


def test_a_path_that_may_be_missing_may(runtime):
    assert runtime.run(confined(runtime, f'{SHELL}; read ?/missing', '/bin/true')).code == 0


def test_memory_annotation_takes_true_and_false_only(runtime):
    config = runtime.config('/bin/true')
    for value, code in (('true', 0), ('false', 0), ('yes', 1)):
        config['annotations'] = {'dev.gabion.memory-deny-write-execute': value}
        done = runtime.run(config)
        assert (done.code == 0) == (code == 0), done.err
    assert "'yes' is neither true nor false" in done.err
