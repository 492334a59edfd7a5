# SPDX-License-Identifier: Apache-2.0
"""A runtime that has gabion tighten what engines ask for, and makes nothing that it refuses."""
import json

import pytest

import notary as notaries
import oci
from conftest import run

pytestmark = pytest.mark.skipif(oci.why_not() is not None, reason=str(oci.why_not()))


@pytest.fixture
def runtime(build):
    yield from oci.runtime(build, run)


@pytest.fixture
def judged(runtime, build):
    def one(config, **more):
        return runtime('--context-judge', build / 'bin' / 'gabion', 'run', '--bundle', runtime.bundle(config), 'box', **more)
    return one


STATUS = ('/bin/grep', '-E', '^(CapBnd|NoNewPrivs|Seccomp):', '/proc/self/status')


def test_what_runs_is_what_the_context_leaves(runtime, judged):
    config = runtime.config(*STATUS, user={'uid': 0, 'gid': 0}, noNewPrivileges=False)
    config['process']['capabilities'] = {'bounding': ['CAP_SYS_ADMIN'], 'effective': ['CAP_SYS_ADMIN'],
                                         'permitted': ['CAP_SYS_ADMIN']}
    done = judged(config)
    assert done.code == 0, done.err
    assert done.out.split() == ['CapBnd:', '0' * 16, 'NoNewPrivs:', '1', 'Seccomp:', '2']


def test_what_cannot_be_tightened_is_not_made(runtime, judged):
    config = runtime.config('/bin/true')
    config['mounts'].append({'destination': '/host', 'type': 'bind', 'source': '/etc', 'options': ['bind', 'ro']})
    done = judged(config)
    assert done.code != 0 and 'context.host-paths' in done.err and 'refuses' in done.err


def test_a_judge_that_is_not_there_refuses(runtime):
    done = runtime('--context-judge', '/nonexistent', 'run', '--bundle', runtime.bundle(runtime.config('/bin/true')), 'box')
    assert done.code != 0 and '/nonexistent' in done.err


def test_the_decision_is_evidence_and_without_it_nothing_is_made(runtime, judged, notary, tmp_path):
    config = runtime.config('/bin/echo', 'made')
    done = judged(config, env={'GABION_EVIDENCE': str(notary.socket), 'XDG_STATE_HOME': str(tmp_path)})
    assert (done.code, done.out) == (0, 'made\n'), done.err
    notary.stop()
    records = [json.loads(record) for record in notaries.records_of(notary)]
    assert any(r['type'] == 'decision' and r['action']['name'] == 'harden' and r['verdict'] == 'deny' for r in records)
    (tmp_path / 'file').write_text('')
    done = judged(config, env={'GABION_EVIDENCE': '/nonexistent/notary', 'XDG_STATE_HOME': str(tmp_path / 'file')})
    assert done.code != 0 and done.out == ''
