# SPDX-License-Identifier: Apache-2.0
"""tools/setup asks apt-get for what is missing and for nothing else; here apt-get is an actor."""
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
HELPERS = 'sh awk sort comm mktemp rm tr env cat printf'.split()
ANSWERS_ALL = '#!/bin/sh\nshift 2; for p in "$@"; do echo "$p ii "; done\n'
ANSWERS_NO_CHECK = '#!/bin/sh\nshift 2; for p in "$@"; do [ "$p" = check ] || echo "$p ii "; done\n'
ANSWERS_REMOVED = '#!/bin/sh\nshift 2; for p in "$@"; do [ "$p" = check ] && echo "check rc " || echo "$p ii "; done\n'


def run_setup(folder, dpkg_query, *arguments, user=0, apt_get='exit 0', sudo=False):
    """(exit status, what was said, the commands apt-get received)"""
    log = folder / 'apt-get.log'
    scripts = {'id': f'#!/bin/sh\necho {user}\n',
               'apt-get': f'#!/bin/sh\necho "$@" >>{log}\n{apt_get}\n'}
    if dpkg_query:
        scripts['dpkg-query'] = dpkg_query
    if sudo:
        scripts['sudo'] = '#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n'
    for name, text in scripts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    for name in HELPERS:
        (folder / name).symlink_to(shutil.which(name))
    done = subprocess.run([ROOT / 'tools' / 'setup', *arguments], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, env={'PATH': str(folder), 'TMPDIR': str(folder)})
    asked = log.read_text().splitlines() if log.exists() else []
    return done.returncode, done.stdout + done.stderr, asked


def test_nothing_is_said_or_done_when_nothing_is_missing(tmp_path):
    assert run_setup(tmp_path, ANSWERS_ALL) == (0, '', [])


def test_only_what_is_missing_is_installed_and_the_lists_are_not_fetched(tmp_path):
    status, said, asked = run_setup(tmp_path, ANSWERS_NO_CHECK)
    assert status == 0 and 'installing check' in said
    assert len(asked) == 1 and asked[0].endswith('install check')


def test_a_removed_package_with_its_configuration_left_is_missing(tmp_path):
    assert run_setup(tmp_path, ANSWERS_REMOVED)[2][0].endswith('install check')


def test_the_lists_are_fetched_once_when_installing_failed(tmp_path):
    fails_before_update = 'case "$*" in *update*) : >"$0.updated" ;; *) [ -e "$0.updated" ] ;; esac'
    status, _, asked = run_setup(tmp_path, ANSWERS_NO_CHECK, apt_get=fails_before_update)
    assert status == 0
    assert [('update' in a, 'install' in a) for a in asked] == [(False, True), (True, False), (False, True)]


def test_a_failure_shows_what_apt_get_said(tmp_path):
    status, said, _ = run_setup(tmp_path, ANSWERS_NO_CHECK, apt_get='echo the mirror is gone; exit 100')
    assert status == 1 and 'the mirror is gone' in said and 'could not install: check' in said


def test_without_root_or_sudo_the_command_to_type_is_said(tmp_path):
    status, said, asked = run_setup(tmp_path, ANSWERS_NO_CHECK, user=1000)
    assert status == 1 and 'apt-get install --no-install-recommends check' in said and asked == []


def test_sudo_is_used_when_it_is_there(tmp_path):
    status, _, asked = run_setup(tmp_path, ANSWERS_NO_CHECK, user=1000, sudo=True)
    assert status == 0 and asked[0].endswith('install check')


def test_building_needs_no_test_packages(tmp_path):
    assert run_setup(tmp_path, ANSWERS_NO_CHECK, 'build') == (0, '', [])


def test_another_system_is_told_what_it_needs(tmp_path):
    status, said, _ = run_setup(tmp_path, None)
    assert status == 1 and 'not Debian' in said and 'libyaml-dev' in said and 'GABION_SKIP_SETUP' in said


def test_an_unknown_group_is_refused(tmp_path):
    assert run_setup(tmp_path, ANSWERS_ALL, 'nonsense')[0] == 2
