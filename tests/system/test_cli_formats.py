# SPDX-License-Identifier: Apache-2.0
"""Reports: valid in their own form, complete, and unimpressed by hostile names."""
import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

FORMATS = ['text', 'json', 'sarif', 'junit', 'markdown', 'github']

# A name that tries to break out of every medium at once, as YAML text.
HOSTILE = r'"\e[31mred\n::error::x\r\u202Eevil|`]]><script>&\"%\\ @team https://x.example"'
HOSTILE_POD = f'''apiVersion: v1
kind: Pod
metadata: {{name: {HOSTILE}, namespace: {HOSTILE}}}
spec:
  containers:
    - name: {HOSTILE}
      image: {HOSTILE}
      securityContext: {{privileged: true}}
'''


@pytest.fixture
def orders(root):
    return root / 'examples' / 'orders-api'


def schema_of(root, name):
    return json.loads((root / 'docs' / 'schema' / name).read_text())


def sarif_schema(corpora):
    return json.loads((corpora / 'schemas' / 'sarif-2.1.0.json').read_text())


def test_json_is_as_published(gabion, root, orders, schema_errors):
    run = gabion('check', orders, '-o', 'json')
    report = json.loads(run.out)
    assert schema_errors(report, schema_of(root, 'check-report.schema.json')) == []
    subjects = report['subjects']
    assert report['summary']['subjects'] == len(subjects)
    assert report['verdict'] == 'deny' and any(s['verdict'] == 'deny' for s in subjects)
    for subject in subjects:
        places = [(r['line'], r['column'], r['policy']) for r in subject['reasons']]
        assert places == sorted(places)


def test_json_counts_add_up(gabion, orders):
    report = json.loads(gabion('check', orders, '-o', 'json').out)
    word = {'enforce': 'deny', 'warn': 'warn', 'audit': 'audit'}
    reasons = [r for s in report['subjects'] for r in s['reasons'] if 'waiver' not in r]
    for view, key in {'byOwner': 'owner', 'byRisk': 'risk', 'byLayer': 'layer'}.items():
        for value, counts in report['summary'][view].items():
            for phase, name in word.items():
                assert counts[name] == sum(r[key] == value and r['phase'] == phase for r in reasons)
    assert sum(p['deny'] + p['warn'] + p['audit'] for p in report['summary']['byPolicy']) == len(reasons)


def test_reasons_point_at_the_line_they_speak_of(gabion, root, orders):
    report = json.loads(gabion('check', orders, '-o', 'json').out)
    for subject in report['subjects']:
        lines = (root / subject['file']).read_text().split('\n')
        for reason in subject['reasons']:
            line = lines[reason['line'] - 1]
            assert line[reason['column'] - 1:].strip() or line.strip(), reason
            if reason['path'].endswith('.image'):
                assert 'image:' in line


def test_sarif_is_valid_and_full(gabion, orders, corpora, schema_errors):
    run = gabion('check', orders, '-o', 'sarif')
    log = json.loads(run.out)
    assert schema_errors(log, sarif_schema(corpora)) == []
    result_run = log['runs'][0]
    rules = result_run['tool']['driver']['rules']
    for rule in rules:
        assert rule['shortDescription']['text'] and rule['help']['text'] and rule['help']['markdown']
        assert 0 < float(rule['properties']['security-severity']) <= 10
        assert len(rule['properties']['tags']) <= 20
    assert result_run['results'] and result_run['automationDetails']['id']
    for result in result_run['results']:
        assert rules[result['ruleIndex']]['id'] == result['ruleId']
        assert len(result['locations']) == 1
        place = result['locations'][0]['physicalLocation']
        assert place['region']['endColumn'] > place['region']['startColumn'] >= 1
        assert place['region']['startLine'] >= 1
        assert result['partialFingerprints']['primaryLocationLineHash']


def test_sarif_regions_cover_the_value(gabion, tmp_path):
    text = ('apiVersion: v1\nkind: Pod\nmetadata: {name: ünï}\nspec:\n  containers:\n'
            '    - {name: "日本", image: example.com/x:latest}\n')
    (tmp_path / 'pod.yaml').write_text(text)
    log = json.loads(gabion('check', 'pod.yaml', '-o', 'sarif', cwd=tmp_path).out)
    found = [r for r in log['runs'][0]['results'] if r['ruleId'] == 'cluster.image-latest']
    region = found[0]['locations'][0]['physicalLocation']['region']
    line = text.split('\n')[region['startLine'] - 1]
    assert line[region['startColumn'] - 1:region['endColumn'] - 1] == 'example.com/x:latest'


def fingerprints(gabion, text):
    log = json.loads(gabion('check', '-', '-o', 'sarif', stdin=text).out)
    return sorted(r['partialFingerprints']['primaryLocationLineHash'] for r in log['runs'][0]['results'])


def test_sarif_fingerprints_survive_a_move(gabion, orders):
    text = (orders / 'drifting' / 'orders-db.yaml').read_text()
    assert fingerprints(gabion, text) == fingerprints(gabion, '# moved\n\n' + text)
    assert fingerprints(gabion, text) != fingerprints(gabion, text.replace('name: orders-db', 'name: other'))


def test_sarif_paths_are_relative_or_say_their_scheme(gabion, tmp_path):
    folder = tmp_path / 'a b#ü'
    folder.mkdir()
    (folder / 'p.yaml').write_text(HOSTILE_POD)

    def uri(path):
        log = json.loads(gabion('check', path, '-o', 'sarif', cwd=tmp_path).out)
        return log['runs'][0]['results'][0]['locations'][0]['physicalLocation']['artifactLocation']['uri']
    assert uri('./a b#ü') == 'a%20b%23%C3%BC/p.yaml'
    assert uri(folder).startswith('file:///')


def apply_fix(text, fix):
    lines = text.split('\n')
    for change in fix['artifactChanges'][0]['replacements']:
        region = change['deletedRegion']
        line = lines[region['startLine'] - 1]
        lines[region['startLine'] - 1] = (line[:region['startColumn'] - 1] + change['insertedContent']['text'] +
                                          line[region['endColumn'] - 1:])
    return '\n'.join(lines)


@pytest.mark.parametrize('before, after', [
    ('privileged:   true   # ü why', 'privileged:   false   # ü why'),
    ('privileged: yes', 'privileged: false'),
    ('{privileged: true, x: 1}', '{privileged: false, x: 1}'),
    ('privileged: !!bool "true"', None),
    ('privileged: "true"', None),
])
def test_sarif_fixes_change_what_is_meant_and_nothing_else(gabion, corpora, schema_errors, before, after):
    text = ('apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: "日本"\n'
            f'    securityContext:\n      {before}\n')
    log = json.loads(gabion('check', '-', '-o', 'sarif', '--profile', 'pss-baseline', stdin=text).out)
    assert schema_errors(log, sarif_schema(corpora)) == []
    fixes = [f for r in log['runs'][0]['results'] for f in r.get('fixes', [])]
    if after is None:
        assert fixes == []
        return
    assert apply_fix(text, fixes[0]) == text.replace(before, after)


def test_sarif_notifies_of_what_could_not_be_judged(gabion, tmp_path, corpora, schema_errors):
    (tmp_path / 'broken.yaml').write_text('a: [\n')
    log = json.loads(gabion('check', 'broken.yaml', '-o', 'sarif', cwd=tmp_path).out)
    assert schema_errors(log, sarif_schema(corpora)) == []
    invocation = log['runs'][0]['invocations'][0]
    assert invocation['executionSuccessful'] is False and invocation['toolExecutionNotifications']
    assert log['runs'][0]['results'] == []


def test_junit_has_a_suite_per_layer_and_counts_that_add_up(gabion, orders):
    top = ElementTree.fromstring(gabion('check', orders, '-o', 'junit').out)
    assert [s.get('name') for s in top] == ['cluster']
    for element in [top, *top]:
        cases = list(element.iter('testcase'))
        assert int(element.get('tests')) == len(cases)
        for kind, name in {'failures': 'failure', 'errors': 'error', 'skipped': 'skipped'}.items():
            assert int(element.get(kind)) == sum(c.find(name) is not None for c in cases)
    assert int(top.get('failures')) > 0


def test_github_annotations_name_file_and_line(gabion, orders, root):
    out = gabion('check', 'examples/orders-api/drifting', '-o', 'github', cwd=root).out
    for line in out.strip().split('\n'):
        assert re.match(r'::(error|warning|notice) ', line), line
    assert '::error file=examples/orders-api/drifting/' in out


def test_markdown_begins_with_the_verdict(gabion, orders):
    out = gabion('check', orders, '-o', 'markdown').out
    assert out.startswith('## gabion check: deny\n')
    tables = [line for line in out.split('\n') if line.startswith('| deny')]
    assert tables and all(len(re.findall(r'(?<!\\)\|', line)) == 9 for line in tables)


def test_a_report_of_an_empty_verdict_says_what_was_looked_at(gabion, orders):
    for form in ['text', 'markdown', 'github']:
        assert re.search(r'Looked at 4 files with 1\d subjects', gabion('check', orders / 'repaired', '-o', form).out)


@pytest.mark.parametrize('form', FORMATS)
def test_hostile_names_act_on_no_medium(gabion, form):
    run = gabion('check', '-', '-o', form, stdin=HOSTILE_POD)
    assert run.code == 1
    assert '\x1b' not in run.out and '\u202e' not in run.out and '\r' not in run.out
    assert not re.search(r'^::error::', run.out, re.MULTILINE)
    if form == 'json':
        name = json.loads(run.out)['subjects'][0]['name']
        assert name.startswith('\x1b[31mred\n::error::x\r\u202eevil')
    if form == 'sarif':
        json.loads(run.out)
    if form == 'junit':
        ElementTree.fromstring(run.out)
    if form in ('junit', 'markdown'):
        assert '<script>' not in run.out
    if form == 'markdown':
        assert '@team' not in run.out and 'https://' not in run.out


def test_hostile_file_names_act_on_no_medium(gabion, tmp_path):
    name = 'x\x1b[2J\n::error::y,z%.yaml'
    (tmp_path / name).write_text(HOSTILE_POD)
    (tmp_path / ('broken' + name)).write_text('a: [\n')
    for form in FORMATS:
        run = gabion('check', tmp_path, '-o', form)
        assert run.code == 1 and '\x1b' not in run.out
        assert not re.search(r'^::error::', run.out, re.MULTILINE)


def test_text_of_the_example_is_as_shown(gabion, root):
    out = gabion('check', 'examples/orders-api/drifting/orders-export.yaml', cwd=root).out
    expected = (root / 'tests' / 'system' / 'orders-export.golden.txt').read_text()
    assert out == expected


def test_waived_findings_are_listed_and_do_not_count(gabion, tmp_path, root, schema_errors):
    (tmp_path / 'w').mkdir()
    waiver = ('apiVersion: gabion.dev/v1\nkind: Waiver\nid: w-1\nowner: ops\nreason: migration\nticket: OPS-1\n'
              'policies: [pss.baseline.privileged]\nscope: {namespaces: [shop]}\nexpires: DATE\n')
    (tmp_path / 'pod.yaml').write_text(
        'apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  containers:\n'
        '    - {name: c, image: "e.x/c:1", securityContext: {privileged: true}}\n')

    def check(date, form):
        (tmp_path / 'w' / 'w.yaml').write_text(waiver.replace('DATE', date))
        return gabion('check', 'pod.yaml', '--profile', 'pss-baseline', '--policy', 'w', '-o', form, cwd=tmp_path)
    run = check('2999-01-01', 'json')
    report = json.loads(run.out)
    assert run.code == 0, run.err
    assert schema_errors(report, schema_of(root, 'check-report.schema.json')) == []
    assert report['verdict'] == 'allow' and report['subjects'][0]['reasons'][0]['waiver']['id'] == 'w-1'
    assert 'waived[pss.baseline.privileged]' in check('2999-01-01', 'text').out
    assert 'suppressions' in check('2999-01-01', 'sarif').out
    assert check('2001-01-01', 'json').code == 1


@pytest.mark.parametrize('arguments, schema', [
    (['eval', '[1, 2u, "x", null, 1.5]'], 'evaluation'),
    (['eval', 'duration("3s")'], 'evaluation'),
    (['eval', '1/0'], 'evaluation'),
    (['eval', '1 +'], 'evaluation'),
    (['policy', 'list', '--profile', 'all'], 'policy-list'),
    (['policy', 'show', 'pss.baseline.privileged'], 'policy-list'),
    (['explain', 'pss.baseline.privileged'], 'policy-list'),
    (['explain', 'exit-1'], 'explanation'),
    (['policy', 'lint', '--no-builtin', 'catalogue'], 'lint-report'),
    (['policy', 'test', '--no-builtin', 'catalogue'], 'test-report'),
    (['version'], 'version'),
])
def test_all_json_is_as_published(gabion, root, schema_errors, arguments, schema):
    document = json.loads(gabion(*arguments, '-o', 'json', cwd=root).out)
    assert schema_errors(document, schema_of(root, f'{schema}.schema.json')) == []


@pytest.mark.parametrize('form', FORMATS)
def test_secrets_that_are_found_are_not_repeated(gabion, orders, form):
    text = ''.join(path.read_text() for path in sorted((orders / 'drifting').iterdir()))
    secrets = set(re.findall(r'fTr4-9kQz-wm2P', text))
    assert secrets
    out = gabion('check', orders / 'drifting', '--profile', 'all', '-o', form).out
    assert not [secret for secret in secrets if secret in out]
    if form == 'text':
        assert 'value: (hidden)' in out
