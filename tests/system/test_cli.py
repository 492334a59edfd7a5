# SPDX-License-Identifier: Apache-2.0
"""The command line: words, options, help, exit codes, ways of writing."""
import json
import os
import pty
import re
import signal
import subprocess
import time

import pytest

GOOD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ok, namespace: shop}\n'
BAD = ('apiVersion: v1\nkind: Pod\nmetadata: {name: bad, namespace: shop}\nspec:\n  containers:\n'
       '    - name: c\n      image: example.com/c:1.0\n      securityContext:\n        privileged: true\n')
BROKEN = 'a: [1, 2\n'


@pytest.fixture
def files(tmp_path):
    for name, text in {'good.yaml': GOOD, 'bad.yaml': BAD, 'broken.yaml': BROKEN}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize('arguments, code', [
    ('check good.yaml', 0),
    ('check bad.yaml', 1),
    ('check good.yaml bad.yaml', 1),
    ('check broken.yaml', 3),
    ('check good.yaml broken.yaml', 3),
    ('check bad.yaml broken.yaml', 1),
    ('check missing.yaml', 3),
    ('check missing.yaml bad.yaml', 1),
    ('check .', 1),
    ('check --exit-zero bad.yaml', 0),
    ('check --exit-zero bad.yaml broken.yaml', 3),
    ('check --fail-on critical bad.yaml', 1),
    ('check --fail-on audit good.yaml', 0),
    ('check --owner provider bad.yaml', 0),
    ('check --owner customer bad.yaml', 1),
    ('check --profile nonsense good.yaml', 2),
    ('check --k8s 1.99 good.yaml', 2),
    ('check --policy broken.yaml good.yaml', 2),
    ('check --policy missing.yaml good.yaml', 3),
    ('check --no-builtin good.yaml', 0),
    ('check', 2),
    ('check --bogus good.yaml', 2),
    ('chekc good.yaml', 2),
    ('check -o json=missing/x.json good.yaml', 3),
    ('check -o json -o sarif good.yaml', 2),
    ('check -o json=x -o sarif=x good.yaml', 2),
    ('check - -', 2),
    ('eval 1+1', 0),
    ('eval 1+', 2),
    ('eval 1/0', 3),
    ('eval 1 --data missing.yaml', 3),
    ('eval 1 --data broken.yaml', 3),
    ('eval 1 --k8s 1.10', 2),
    ('explain pss.baseline.privileged', 0),
    ('explain exit-3', 0),
    ('explain nonsense', 2),
    ('policy list', 0),
    ('policy show pss.baseline.privileged', 0),
    ('policy show nonsense', 2),
    ('policy lint broken.yaml', 2),
    ('policy lint missing.yaml', 3),
    ('policy test good.yaml', 2),
    ('policy', 2),
    ('completion bash', 0),
    ('completion csh', 2),
    ('help', 0),
    ('help check', 0),
    ('help nonsense', 2),
    ('version', 0),
    ('--version', 0),
    ('', 0),
    ('demo', 0),
])
def test_exit_code(gabion, files, arguments, code):
    run = gabion(*arguments.split(), cwd=files)
    assert run.code == code, run.out + run.err
    assert 'usage:' not in run.err, 'usage is never printed on failure'
    if code >= 2 and 'broken' not in arguments and 'missing.yaml' not in arguments:
        assert run.err.startswith('error['), run.err


def test_nothing_to_judge_is_said_and_is_no_approval(gabion, tmp_path):
    for text in ['', '# only a comment\n', '---\n---\n']:
        run = gabion('check', '-', stdin=text)
        assert run.code == 3 and 'nothing to judge' in run.out
    run = gabion('check', tmp_path)
    assert run.code == 3 and 'nothing to judge' in run.out
    (tmp_path / 'values.yaml').write_text('replicas: 3\n')
    run = gabion('check', '-o', 'json', tmp_path)
    report = json.loads(run.out)
    assert run.code == 3 and report['verdict'] == 'undecided' and report['summary']['skipped'] == 1


def test_what_is_no_kubernetes_object_is_passed_over_only_when_found(gabion, tmp_path):
    (tmp_path / 'values.yaml').write_text('replicas: 3\n')
    (tmp_path / 'pod.yaml').write_text(GOOD)
    assert gabion('check', tmp_path).code == 0
    assert gabion('check', tmp_path / 'values.yaml').code == 3
    assert '1 document is not for any layer' in gabion('check', tmp_path).out


def test_the_verdict_does_not_depend_on_format_or_order(gabion, files):
    codes = {gabion('check', '-o', form, *order, cwd=files).code
             for form in ['text', 'json', 'sarif', 'junit', 'markdown', 'github']
             for order in [('good.yaml', 'bad.yaml'), ('bad.yaml', 'good.yaml')]}
    assert codes == {1}


def test_runs_are_identical(gabion, files):
    for form in ['text', 'json', 'sarif', 'junit', 'markdown', 'github']:
        assert len({gabion('check', '-o', form, '.', cwd=files).out for _ in range(3)}) == 1


def test_several_reports_from_one_run(gabion, files):
    run = gabion('check', 'bad.yaml', '-o', 'text', '-o', 'sarif=a.sarif', '-o', 'junit=b.xml', cwd=files)
    assert run.code == 1 and 'deny[pss.baseline.privileged]' in run.out
    assert json.loads((files / 'a.sarif').read_text())['version'] == '2.1.0'
    assert (files / 'b.xml').read_text().startswith('<?xml')


def test_a_report_in_files_only_is_summed_up_on_stderr(gabion, files):
    run = gabion('check', 'bad.yaml', '-o', 'json=a.json', cwd=files)
    assert run.out == '' and run.err == 'verdict: deny (1 subject: 1 denied, 0 with warnings, 0 allowed)\n'
    assert gabion('check', 'bad.yaml', '-q', '-o', 'json=a.json', cwd=files).err == ''


def test_no_half_written_report_remains(gabion, files):
    (files / 'a.json').write_text('old')
    assert gabion('check', '--profile', 'nonsense', '-o', 'json=a.json', 'bad.yaml', cwd=files).code == 2
    assert (files / 'a.json').read_text() == 'old'
    before = sorted(os.listdir(files))
    assert gabion('check', '-o', 'json=a.json', '-o', 'sarif=no/b', 'bad.yaml', cwd=files).code == 3
    assert (files / 'a.json').read_text() == 'old' and sorted(os.listdir(files)) == before


def test_a_signal_leaves_nothing_behind(build, files):
    if not (build / 'bin' / 'gabion').exists():
        pytest.skip('not built')
    with subprocess.Popen([build / 'bin' / 'gabion', 'check', '-', '-o', 'json=a.json'], cwd=files,
                          stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdin.write(BAD.encode())
        process.stdin.flush()
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == -signal.SIGTERM
    assert sorted(os.listdir(files)) == ['bad.yaml', 'broken.yaml', 'good.yaml']


def shell(gabion_folder, script, cwd):
    environment = {'PATH': f"{gabion_folder}:{os.environ['PATH']}", 'LC_ALL': 'C.UTF-8', 'TERM': 'dumb'}
    return subprocess.run(['bash', '-c', script], cwd=cwd, env=environment, capture_output=True, text=True,
                          timeout=60, check=False)


def test_output_that_cannot_be_written_is_told(gabion, build, files):
    assert gabion('version').code == 0
    done = shell(build / 'bin', 'gabion check good.yaml >/dev/full', files)
    assert done.returncode == 3 and 'No space left' in done.stderr
    done = shell(build / 'bin', 'gabion check bad.yaml >/dev/full', files)
    assert done.returncode == 1 and 'No space left' in done.stderr
    done = shell(build / 'bin', 'gabion check good.yaml -o json=/dev/full', files)
    assert done.returncode == 3 and 'No space left' in done.stderr
    done = shell(build / 'bin', 'gabion check good.yaml >&-', files)
    assert done.returncode == 3 and 'standard output' in done.stderr
    done = shell(build / 'bin', 'set -o pipefail; gabion help --all | true', files)
    assert done.returncode in (0, 3)
    done = shell(build / 'bin', '(sleep 0.2; gabion help --all; echo "code $?" >&2) | true', files)
    assert 'code 3' in done.stderr and 'its reader went away' in done.stderr


def test_a_shells_substitution_is_read(gabion, build, files):
    assert gabion('version').code == 0
    done = shell(build / 'bin', 'gabion check <(cat bad.yaml)', files)
    assert done.returncode == 1 and 'deny[pss.baseline.privileged]' in done.stdout
    done = shell(build / 'bin', "gabion eval 'kind' --data <(cat bad.yaml)", files)
    assert done.returncode == 0 and '"Pod"' in done.stdout


def test_environment_stands_in_for_options(gabion, files):
    run = gabion('check', 'bad.yaml', cwd=files, env={'GABION_OUTPUT': 'json', 'GABION_K8S': '1.20'})
    report = json.loads(run.out)
    assert report['catalogue']['kubernetes'] == '1.20'
    run = gabion('check', 'bad.yaml', '-o', 'text', cwd=files, env={'GABION_OUTPUT': 'json'})
    assert 'deny[' in run.out
    run = gabion('check', 'bad.yaml', cwd=files, env={'GABION_OWNER': 'nobody'})
    assert run.code == 2 and 'GABION_OWNER' in run.err


@pytest.mark.parametrize('environment, arguments, coloured', [
    ({}, [], False),
    ({'CLICOLOR_FORCE': '1'}, [], True),
    ({'CLICOLOR_FORCE': '1', 'NO_COLOR': '1'}, [], False),
    ({'NO_COLOR': '1'}, ['--color', 'always'], True),
    ({'CLICOLOR_FORCE': '1'}, ['--color=never'], False),
])
def test_colour(gabion, files, environment, arguments, coloured):
    run = gabion('check', 'bad.yaml', *arguments, cwd=files, env=environment)
    assert ('\x1b[' in run.out) == coloured


def test_ascii_where_the_locale_is_not_utf8(gabion, tmp_path):
    (tmp_path / 'a.yaml').write_text(BAD.replace('name: bad', 'name: bäd'))
    assert 'bäd' in gabion('check', 'a.yaml', cwd=tmp_path).out
    out = gabion('check', 'a.yaml', cwd=tmp_path, env={'LC_ALL': 'C'}).out
    assert out.isascii() and r'b\u{e4}d' in out


def test_data_goes_to_stdout_and_words_to_stderr(gabion, files):
    run = gabion('check', 'bad.yaml', '-o', 'json', cwd=files)
    json.loads(run.out)
    assert run.err == ''


def test_progress_only_on_a_terminal_and_late(build, files):
    if not (build / 'bin' / 'gabion').exists():
        pytest.skip('not built')
    master, slave = pty.openpty()
    with subprocess.Popen([build / 'bin' / 'gabion', 'check', 'bad.yaml'], cwd=files, stderr=slave,
                          stdout=subprocess.PIPE, env={'TERM': 'xterm', 'LC_ALL': 'C.UTF-8'}) as process:
        out = process.stdout.read().decode()
        process.wait(10)
    os.close(slave)
    os.set_blocking(master, False)
    try:
        assert os.read(master, 1000) == b''
    except (BlockingIOError, OSError):
        pass
    os.close(master)
    assert 'deny[' in out


def test_symbolic_links_do_not_lead_out(gabion, tmp_path):
    (tmp_path / 'secret.yaml').write_text('password: hunter2: {\n')
    inside = tmp_path / 'in'
    inside.mkdir()
    (inside / 'a.yaml').write_text(GOOD)
    (inside / 'loop').symlink_to('..')
    (inside / 'twice.yaml').symlink_to('a.yaml')
    assert gabion('check', inside).code == 0
    (inside / 'b.yaml').symlink_to('../secret.yaml')
    run = gabion('check', inside)
    assert run.code == 3 and 'leads out' in run.out and 'hunter2' not in run.out


def test_folders_are_read_in_the_same_order_and_hidden_ones_not(gabion, tmp_path):
    for name in ['b/z.yml', 'a/x.yaml', 'c.json', 'a/.git/config.yaml', 'a/readme.md', 'B/y.yaml']:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}')
    report = json.loads(gabion('check', '.', '-o', 'json', cwd=tmp_path).out)
    assert [s['file'] for s in report['subjects']] == ['./B/y.yaml', './a/x.yaml', './b/z.yml', './c.json']


def test_special_files_are_refused_at_once(gabion, tmp_path):
    os.mkfifo(tmp_path / 'fifo.yaml')
    with open(tmp_path / 'huge.yaml', 'wb') as file:
        file.truncate(1 << 30)
    started = time.monotonic()
    for name, words in {'fifo.yaml': 'is a FIFO', '/dev/zero': 'is a device', 'huge.yaml': 'is larger than'}.items():
        run = gabion('check', name, cwd=tmp_path)
        assert run.code == 3 and words in run.out
    assert gabion('check', tmp_path).code == 3
    assert time.monotonic() - started < 5


def test_templates_are_recognised(gabion, tmp_path):
    (tmp_path / 'deploy.yaml').write_text('apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}-x\n')
    run = gabion('check', tmp_path)
    assert run.code == 3 and 'helm template . | gabion check -' in run.out


@pytest.mark.parametrize('version, code', [
    ('1.0', 0), ('1.37', 0), ('v1.31', 0), ('1.31.4', 0), ('v1.31.4+k3s1', 0), ('1.30.9-gke.100', 0), ('latest', 0),
    ('1.38', 2), ('1', 2), ('2.0', 2), ('1.x', 2), ('1.-1', 2), ('', 2), ('1.31.', 2), ('1.31.4x', 2)])
def test_kubernetes_versions(gabion, files, version, code):
    run = gabion('check', 'good.yaml', '--k8s', version, cwd=files)
    assert run.code == code
    assert code == 0 or version == '' or 'one of 1.0 to 1.37' in run.err


def test_errors_name_the_nearest_word(gabion, files):
    for arguments, words in {
            'chekc x': "did you mean 'check'?", 'check --pofile x .': 'did you mean --profile?',
            'check -o jsn .': 'did you mean json?', 'check --owner custmer .': 'did you mean customer?',
            'explain pss.baseline.privlieged': 'did you mean pss.baseline.privileged?',
            'check --profile pss-basline good.yaml': 'pss-baseline',
            'help chek': "did you mean 'check'?"}.items():
        assert words in gabion(*arguments.split(), cwd=files).err


def test_eval(gabion, files):
    run = gabion('eval', '[1, 2, 3].filter(x, x > 1)', '-o', 'json')
    result = json.loads(run.out)
    assert result['value'] == [2, 3] and result['type'].startswith('list') and result['cost'] > 0
    assert 'value: "Pod"' in gabion('eval', 'object.kind', '--data', 'bad.yaml', cwd=files).out
    run = gabion('eval', 'metadata.name + spec.missing', '--data', 'bad.yaml', cwd=files)
    assert run.code == 3 and '<expression>:1:' in run.err and 'bad.yaml:' in run.err and '^' in run.err
    run = gabion('eval', 'size(', )
    assert run.code == 2 and '<expression>:1:' in run.err
    run = gabion('eval', '1/0', '-o', 'json')
    assert run.code == 3 and json.loads(run.out)['error']['column'] == 2
    run = gabion('eval', 'ip("10.0.0.1").family()', '--profile', 'kubernetes', '--k8s', '1.31')
    assert run.code == 0 and 'value: 4' in run.out
    assert gabion('eval', 'ip("10.0.0.1").family()', '--profile', 'kubernetes', '--k8s', '1.24').code == 2


def test_policies_are_listed_shown_and_explained(gabion):
    listed = json.loads(gabion('policy', 'list', '--profile', 'all', '-o', 'json').out)
    ids = [p['id'] for p in listed['policies']]
    assert ids == sorted(ids) and 'pss.baseline.privileged' in ids
    text = gabion('policy', 'list', '--profile', 'all').out
    assert all(i in text for i in ids)
    for policy in listed['policies']:
        run = gabion('explain', policy['id'], '--profile', 'all')
        assert run.code == 0
        for part in [policy['title'], policy['owner'], policy['risk'], 'why ', 'fix ']:
            assert part in run.out, policy['id']
        if policy['mappings']:
            assert 'maps to' in run.out
    shown = gabion('policy', 'show', 'pss.baseline.privileged').out
    assert 'id: pss.baseline.privileged' in shown and 'forbid:' in shown
    owned = json.loads(gabion('policy', 'list', '--profile', 'all', '--owner', 'provider', '-o', 'json').out)
    assert owned['policies'] and {p['owner'] for p in owned['policies']} == {'provider'}


POLICY = '''apiVersion: gabion.dev/v1
kind: Policy
id: mine.team-label
title: Objects say whose they are
layer: cluster
subject: object
owner: customer
risk: low
require: has(object.metadata.labels) && "team" in object.metadata.labels
at: object.metadata.labels
message: nobody owns it
remediation: {text: add the label team}
mappings: {cis: ["1.1"]}
'''
TEST = '''apiVersion: gabion.dev/v1
kind: PolicyTest
policy: mine.team-label
cases:
  - name: without labels
    subject: {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}
    expect: EXPECTED
'''


def test_policies_of_ones_own(gabion, files):
    folder = files / 'policies'
    folder.mkdir()
    (folder / 'mine.yaml').write_text(POLICY)
    (folder / 'mine.test.yaml').write_text(TEST.replace('EXPECTED', 'deny'))
    run = gabion('check', 'good.yaml', '--policy', 'policies', '-o', 'json', cwd=files)
    policies = [r['policy'] for s in json.loads(run.out)['subjects'] for r in s['reasons']]
    assert policies == ['mine.team-label']
    assert gabion('policy', 'lint', 'policies', cwd=files).code == 0
    run = gabion('policy', 'test', 'policies', cwd=files)
    assert run.code == 0 and '1 test: 1 passed, 0 failed.' in run.out
    (folder / 'mine.test.yaml').write_text(TEST.replace('EXPECTED', 'allow'))
    run = gabion('policy', 'test', 'policies', cwd=files)
    assert run.code == 1 and 'FAIL  mine.team-label: without labels' in run.out
    assert json.loads(gabion('policy', 'test', 'policies', '-o', 'json', cwd=files).out)['failed'] == 1
    (folder / 'mine.yaml').write_text(POLICY.replace('in object', 'im object'))
    run = gabion('policy', 'lint', 'policies', cwd=files)
    assert run.code == 2 and 'mine.yaml:9:' in run.out and '^' in run.out
    problem = json.loads(gabion('policy', 'lint', 'policies', '-o', 'json', cwd=files).out)['problems'][0]
    assert problem['level'] == 'error' and problem['line'] == 9
    run = gabion('check', 'good.yaml', '--policy', 'policies', cwd=files)
    assert run.code == 2 and run.out == '' and 'mine.yaml:9:' in run.err


def test_demo_runs_anywhere_and_says_what_to_learn(gabion, tmp_path):
    (tmp_path / 'temporary').mkdir()
    run = gabion('demo', cwd=tmp_path, env={'TMPDIR': str(tmp_path / 'temporary')})
    assert run.code == 0, run.out + run.err
    for part in ['Act 1', 'deny[', '-->', '^', '= why:', '= fix:', '= owner:', 'verdict: deny', 'verdict: allow',
                 'What to learn', 'gabion check', ' ms.',
                 'Act 2', f'In {tmp_path}/temporary/gabion-demo.', 'verified: every record', 'c2sp.org/tlog-proof@v1',
                 'NOT what was signed', '--> tile/entries/000.p/']:
        assert part in run.out, part
    assert list(tmp_path.iterdir()) == [tmp_path / 'temporary']
    assert list((tmp_path / 'temporary').iterdir()) == [], 'the ledger of the second act was left behind'


def test_every_command_has_help_with_examples_and_exit_codes(gabion):
    overview = gabion('help').out
    names = re.findall(r'^  ([a-z]+(?: [a-z]+)?)  ', overview.split('begin with')[0], re.MULTILINE)
    assert 'check' in names and 'policy test' in names
    for name in names:
        run = gabion('help', *name.split())
        assert run.code == 0 and run.out == gabion(*name.split(), '--help').out
        for part in ['usage: gabion ' + name, 'examples', 'options', 'exit codes']:
            assert part in run.out
        assert max(len(line) for line in run.out.split('\n')) <= 110
