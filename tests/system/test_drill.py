# SPDX-License-Identifier: Apache-2.0
"""Known ways out of a context: closed by the default, each opened by its own opt-ins and no others."""
import json
import pathlib

import pytest

import notary as notaries
import oci

pytestmark = pytest.mark.skipif(oci.why_not() is not None, reason=str(oci.why_not()))

# What a kernel may refuse whatever is granted: hardware, modules and interfaces it does not have.
KERNEL = {'modules', 'io-ports', 'socket-alg', 'socket-vsock', 'x32', 'device', 'ldt', 'numa', 'userfaultfd', 'io-uring',
          'perf', 'bpf', 'i386', 'keyctl', 'fanotify', 'quotas'}


def left_overs():
    own = [f for g in oci.cgroups() if g.name == 'gabion' for f in g.iterdir() if f.is_dir()]
    files = [f for folder in ('/tmp', '/run') for f in pathlib.Path(folder).glob('gabion-*')
             if f.name.startswith(('gabion-run.', 'gabion-drill.'))]
    processes = [p for p in pathlib.Path('/proc').glob('[0-9]*/comm') if reads(p) == 'probe']
    return own, files, processes


def reads(path):
    try:
        return path.read_text().strip()
    except OSError:
        return ''


@pytest.fixture(scope='module')
def drilled(gabion, build):
    """Every drill in the default context and images, and in each context that opens some; what was left."""
    if not (build / 'bin' / 'gabion-probe').exists():
        pytest.skip('gabion-probe is not built')
    mounts, before = oci.mounts(), left_overs()
    done = gabion('drill', 'context', '--each', '-o', 'json', timeout_s=600)
    after = left_overs()
    assert oci.mounts() == mounts
    assert done.code == 0, done.out[-2000:] + done.err[-2000:]
    return json.loads(done.out), before, after


def test_the_default_blocks_everything(drilled):
    for trial in drilled[0]:
        if trial['context'] != 'default':
            continue
        assert trial['outsideIntact'] and trial['corePatternKept']
        findings = {drill['drill']: drill['finding'] for drill in trial['drills']}
        assert set(findings.values()) == {'blocked'}, trial['image']
        assert len(findings) >= 60


def test_every_opt_in_opens_its_own_drills_and_no_others(drilled):
    contexts = [trial for trial in drilled[0] if trial['context'] != 'default']
    assert len(contexts) >= 35
    for trial in contexts:
        granted = set(part.strip() for part in trial['context'].split(','))
        for drill in trial['drills']:
            ways = [set(part.strip() for part in way.split(',')) for way in drill.get('needs', '').split('|')]
            opened = any(way and way <= granted for way in ways) and drill.get('needs')
            if opened and drill['drill'] in KERNEL:
                assert drill['finding'] in ('open', 'refused by the kernel'), (trial['context'], drill)
            else:
                assert drill['finding'] == ('open' if opened else 'blocked'), (trial['context'], drill)


def test_nothing_is_left_behind(drilled):
    for before, after in zip(drilled[1], drilled[2]):
        assert set(after) <= set(before)


def test_hostile_images_get_nowhere(drilled):
    images = {trial['image']: trial for trial in drilled[0] if trial['context'] == 'default'}
    assert {'dev-outside', 'dev-relative', 'proc-outside', 'sys-outside', 'tmp-outside', 'null-core',
            'console-core'} <= set(images)
    for name in ('dev-outside', 'dev-relative', 'proc-outside', 'sys-outside', 'tmp-outside'):
        assert not images[name]['started']
    assert all(trial['runtimeKept'] for trial in images.values())


def test_a_drill_is_evidence_marked_as_one(gabion, notary, tmp_path):
    done = gabion('drill', 'context', '--evidence', notary.socket, env={'XDG_STATE_HOME': str(tmp_path)}, timeout_s=300)
    assert done.code == 0, done.out[-1000:] + done.err[-1000:]
    notary.stop()
    text = str([str(record) for record in notaries.records_of(notary)])
    assert 'gabion drill context' in text


def test_the_probe_refuses_to_run_outside_of_a_context(build):
    from conftest import run
    done = run([build / 'bin' / 'gabion-probe', 'nothing', 'mount'])
    assert done.code != 0 and 'this is no context' in done.err
