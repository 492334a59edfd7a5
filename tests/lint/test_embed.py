# SPDX-License-Identifier: Apache-2.0
"""tools/embed; that its output compiles and reads back is src/base/embed_test.c."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def embed(folder, *arguments):
    done = subprocess.run([ROOT / 'tools' / 'embed', '--output', folder / 'out.c', '--depfile', folder / 'out.d',
                           *arguments], capture_output=True, text=True, check=False)
    text = (folder / 'out.c').read_text() if (folder / 'out.c').exists() else ''
    return done.returncode, done.stderr, text


def test_the_order_is_of_bytes_and_does_not_depend_on_creation(tmp_path):
    source = tmp_path / 'source'
    (source / 'b').mkdir(parents=True)
    for name in ['b/z', 'a', 'é', 'B', 'b-', 'b.c']:
        (source / name).write_text('x')
    status, _, text = embed(tmp_path, '--name', 'x', source)
    paths = [line.split('"')[1] for line in text.split('\n') if 'STR_INIT' in line]
    assert status == 0 and paths == ['B', 'a', 'b-', 'b.c', 'b/z', '\\303\\251']


def test_links_and_hidden_files_stay_out(tmp_path):
    source = tmp_path / 'source'
    (source / '.git').mkdir(parents=True)
    (source / '.git' / 'a.yaml').write_text('x')
    (source / '.a.yaml').write_text('x')
    (source / 'link.yaml').symlink_to('/etc/passwd')
    assert ', 0};' in embed(tmp_path, '--name', 'x', source)[2]


def test_globs_choose(tmp_path):
    source = tmp_path / 'source'
    source.mkdir()
    for name in ['a.yaml', 'a.test.yaml', 'b.txt']:
        (source / name).write_text('x')
    text = embed(tmp_path, '--name', 'x', '--match', '*.yaml', '--exclude', '*.test.yaml', source)[2]
    assert '"a.yaml"' in text and 'test' not in text and 'b.txt' not in text


def test_the_depfile_names_files_and_folders(tmp_path):
    source = tmp_path / 'source'
    (source / 'sub').mkdir(parents=True)
    (source / 'sub' / 'a b').write_text('x')
    embed(tmp_path, '--name', 'x', source)
    depfile = (tmp_path / 'out.d').read_text()
    assert depfile.startswith(f'{tmp_path}/out.c: ')
    for path in [source, source / 'sub']:
        assert f' {path} ' in depfile
    assert f'{source}/sub/a\\ b' in depfile


def test_what_cannot_be_is_refused(tmp_path):
    assert 'not a C name' in embed(tmp_path, '--name', 'a-b', tmp_path)[1]
    assert 'not a folder' in embed(tmp_path, '--name', 'x', tmp_path / 'nowhere')[1]
