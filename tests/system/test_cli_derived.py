# SPDX-License-Identifier: Apache-2.0
"""What is made from the command table: reference, manual pages, completion."""
import os
import re
import shutil
import subprocess

import pytest


def names_of(gabion):
    overview = gabion('help').out.split('begin with')[0]
    return re.findall(r'^  ([a-z]+(?: [a-z]+)?)  ', overview, re.MULTILINE)


def test_the_reference_is_that_of_this_program(gabion, root):
    page = root / 'docs' / 'reference' / 'commands.md'
    made = gabion('help', '--markdown').out
    if os.environ.get('GABION_UPDATE'):
        page.write_text(made)
    assert page.read_text() == made, 'write it anew: gabion help --markdown >docs/reference/commands.md'


def test_manual_pages_are_clean(gabion, tmp_path):
    if not shutil.which('mandoc'):
        pytest.skip('mandoc is not installed')
    folder = tmp_path / 'man1'
    folder.mkdir()
    pages = {'gabion': []} | {'gabion-' + n.replace(' ', '-'): n.split() for n in names_of(gabion)}
    for page, words in pages.items():
        (folder / f'{page}.1').write_text(gabion('help', '--man', *words).out)
    for page in pages:
        done = subprocess.run(['mandoc', '-Tlint', '-Wstyle', folder / f'{page}.1'], capture_output=True, text=True,
                              env={'MANPATH': str(tmp_path), 'PATH': os.environ['PATH']}, check=False)
        # Only installed pages count as found, and these are not.
        rest = [line for line in done.stdout.split('\n') if line and 'referenced manual not found' not in line]
        assert rest == [], page
        shown = subprocess.run(['mandoc', '-Tascii', folder / f'{page}.1'], capture_output=True, text=True, check=True)
        assert 'STATUS' in re.sub('.\x08', '', shown.stdout)


@pytest.mark.parametrize('line, expected', [
    (['che'], ['check']),
    (['policy', 'li'], ['list', 'lint']),
    (['check', '--pro'], ['--profile']),
    (['check', '--profile', 'pss-'], ['pss-baseline', 'pss-restricted']),
    (['check', '--owner', ''], ['provider', 'customer', 'shared']),
    (['check', '-o', 's'], ['sarif']),
    (['explain', 'pss.baseline.priv'], ['pss.baseline.privileged']),
    (['explain', 'exit-'], ['exit-0', 'exit-1', 'exit-2', 'exit-3']),
    (['policy', 'show', 'pss.baseline.sec'], ['pss.baseline.seccomp-profile']),
    (['check', '--k8s', '1.3'], ['1.3', *[f'1.{i}' for i in range(30, 38)]]),
    (['completion', ''], ['bash', 'zsh', 'fish']),
    (['help', 'ev'], ['eval']),
    (['check', ''], [':files']),
    (['check', '-o', 'sarif=x'], [':files']),
    (['eval', '--data', ''], [':files']),
])
def test_completion_knows_live_values(gabion, line, expected):
    for shell in ['bash', 'zsh', 'fish']:
        found = [row.split('\t')[0] for row in gabion('complete', shell, '--', *line).out.split('\n') if row]
        assert found == expected


def test_values_behind_an_equals_sign_are_completed(gabion):
    assert gabion('complete', 'bash', '--', 'check', '--owner', '=', 'c').out.startswith('customer')
    assert gabion('complete', 'zsh', '--', 'check', '--owner=c').out.startswith('--owner=customer')


def test_bash_completes(gabion, build):
    assert gabion('version').code == 0
    script = ('source <(gabion completion bash); COMP_WORDS=(gabion check --pro); COMP_CWORD=2; '
              '_gabion 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(['bash', '-c', script], capture_output=True, text=True, check=False,
                          env={'PATH': f"{build / 'bin'}:{os.environ['PATH']}"})
    assert done.stdout == '--profile\n', done.stderr


@pytest.mark.parametrize('shell', ['zsh', 'fish'])
def test_scripts_of_other_shells_parse(gabion, tmp_path, shell):
    if not shutil.which(shell):
        pytest.skip(f'{shell} is not installed')
    script = tmp_path / 'script'
    script.write_text(gabion('completion', shell).out)
    done = subprocess.run([shell, '-n', script], capture_output=True, text=True, check=False,
                          env={'HOME': str(tmp_path), 'PATH': os.environ['PATH']})
    assert done.returncode == 0, done.stderr


def test_zsh_completes(gabion, build, tmp_path):
    if not shutil.which('zsh'):
        pytest.skip('zsh is not installed')
    assert gabion('version').code == 0
    script = ('compdef() { :; }; _files() { print FILES }; _describe() { print -l -- ${(P)2} }; '
              'source <(gabion completion zsh); words=(gabion check --pro); CURRENT=3; _gabion; '
              'words=(gabion check ""); _gabion')
    done = subprocess.run(['zsh', '-fc', script], capture_output=True, text=True, check=False,
                          env={'HOME': str(tmp_path), 'PATH': f"{build / 'bin'}:{os.environ['PATH']}"})
    assert done.stdout == '--profile:judge by the policies of this profile\nFILES\n', done.stderr


def test_fish_completes(gabion, build, tmp_path):
    if not shutil.which('fish'):
        pytest.skip('fish is not installed')
    assert gabion('version').code == 0
    script = "gabion completion fish | source; complete -C 'gabion check --pro'"
    done = subprocess.run(['fish', '-c', script], capture_output=True, text=True, check=False,
                          env={'HOME': str(tmp_path), 'PATH': f"{build / 'bin'}:{os.environ['PATH']}"})
    assert '--profile' in done.stdout, done.stderr
