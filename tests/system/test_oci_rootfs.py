# SPDX-License-Identifier: Apache-2.0
"""Images that would lead a container's mounts elsewhere, and hosts with many mounts."""
import ctypes
import os
import pathlib
import subprocess
import sys
import tempfile

import pytest

import oci
from conftest import run

pytestmark = pytest.mark.skipif(oci.why_not() is not None, reason=str(oci.why_not()))
CORE_PATTERN = pathlib.Path('/proc/sys/kernel/core_pattern')
EXCHANGE = 2
# Other tests may be running: this name is ours.
BOX = f'box{os.getpid()}'


@pytest.fixture
def runtime(build):
    program = build / 'bin' / 'gabion-oci'
    if not program.exists():
        pytest.skip('gabion-oci is not built')
    before = oci.mounts()
    with tempfile.TemporaryDirectory(prefix='gabion-trees-') as folder:
        os.chmod(folder, 0o755)
        one = oci.Runtime(program, folder, run)
        yield one
        assert not one.states.exists() or list(one.states.iterdir()) == []
        assert [f for f in oci.cgroups() if BOX in f.name] == []
        assert oci.mounts() == before


@pytest.fixture
def canary(runtime):
    """A folder of the host beside the image; no container may have changed it."""
    folder = runtime.folder / 'outside'
    folder.mkdir()
    (folder / 'canary').write_text('alive')
    pattern = CORE_PATTERN.read_text()
    yield folder
    assert [(f.name, f.read_text()) for f in folder.iterdir()] == [('canary', 'alive')]
    assert CORE_PATTERN.read_text() == pattern


def replace(path, target):
    """A symbolic link in the place of what an image had there."""
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


@pytest.mark.parametrize('target', ['{outside}', '../outside', '/tmp', 'tmp', '/proc/self/cwd', 'dev'])
@pytest.mark.parametrize('name', ['dev', 'proc', 'sys'])
def test_an_image_has_no_say_in_dev_proc_and_sys(runtime, canary, name, target):
    replace(runtime.rootfs / name, target.format(outside=canary))
    done = runtime.run(name=BOX, config=runtime.config('true'))
    assert done.code == 1 and f"the place for mount '/{name}'" in done.err, done.err
    assert 'remove it, or choose another destination' in done.err


def test_masks_are_our_own_null_device(runtime, canary):
    """CVE-2025-31133: the image's /dev/null, or one swapped meanwhile, is never what masks."""
    (runtime.rootfs / 'dev' / 'null').symlink_to(CORE_PATTERN)
    (runtime.rootfs / 'secret').write_text('secret')
    config = runtime.config('sh', '-c', 'echo $(cat /secret) $(stat -c %t:%T /secret); echo x > /secret')
    config['linux']['maskedPaths'].append('/secret')
    done = runtime.run(config, BOX)
    assert (done.code, done.out) == (0, '1:3\n'), done.err
    assert (runtime.rootfs / 'secret').read_text() == 'secret'


def test_a_console_is_never_the_images(runtime, canary):
    """CVE-2025-52565: /dev/console and /dev/pts of the image are covered before anything is attached there."""
    (runtime.rootfs / 'dev' / 'console').symlink_to(CORE_PATTERN)
    (runtime.rootfs / 'dev' / 'pts').symlink_to(canary)
    done = runtime.run(name=BOX, config=runtime.config('sh', '-c', 'ls /dev/pts; ls /dev/console'))
    assert done.out == 'ptmx\n' and 'No such file' in done.err


@pytest.mark.parametrize('link,target,code', [
    ('data', '{outside}', 1), ('data', '../outside', 1), ('data', '/proc/sys', 1), ('data', '/sys/fs/cgroup', 1),
    ('data', '/dev', 1), ('data', 'data', 1), ('data', '/tmp', 0), ('data', '../../../../tmp', 0)])
def test_a_volume_stays_in_the_image(runtime, canary, link, target, code):
    (runtime.folder / 'volume').mkdir()
    (runtime.folder / 'volume' / 'file').write_text('here')
    replace(runtime.rootfs / link, target.format(outside=canary))
    config = runtime.config('cat', '/data/file')
    config['mounts'].append({'destination': '/data', 'source': str(runtime.folder / 'volume'),
                             'options': ['rbind', 'ro', 'nosuid', 'nodev']})
    done = runtime.run(config, BOX)
    assert done.code == code, done.err
    assert code or done.out == 'here'
    assert not code or ("mount '/data' (bind of" in done.err and 'config.json:' in done.err), done.err


@pytest.mark.parametrize('options', [[], ['--no-pivot']])
@pytest.mark.parametrize('users', [False, True])
def test_the_root_has_nothing_above_it(runtime, canary, options, users):
    config = runtime.config('sh', '-c', 'cd /.. && pwd && ls /../.. && cd ../../.. && ls')
    if users:
        config['annotations'] = {'dev.gabion.rootfs.idmap': 'true'}
        config['linux']['namespaces'].append({'type': 'user'})
        config['linux']['uidMappings'] = config['linux']['gidMappings'] = [
            {'containerID': 0, 'hostID': 100000, 'size': 65536}]
    done = runtime('run', *options, '--bundle', runtime.bundle(config), BOX)
    tree = 'bin\ndev\netc\nproc\nsys\ntmp\n'
    assert (done.code, done.out) == (0, f'/\n{tree}{tree}'), done.err


def exchange(one, other):
    """A process that swaps two names until it is killed."""
    return subprocess.Popen([sys.executable, '-c', f'''
import ctypes
libc = ctypes.CDLL(None)
while True:
    libc.renameat2(-100, {os.fsencode(one)!r}, -100, {os.fsencode(other)!r}, {EXCHANGE})
'''])


@pytest.mark.parametrize('name', ['dev', 'data'])
def test_a_container_beside_it_that_swaps_names_wins_nothing(runtime, canary, name):
    if not hasattr(ctypes.CDLL(None), 'renameat2'):
        pytest.skip('the C library has no renameat2')
    (runtime.rootfs / name).mkdir(exist_ok=True)
    (runtime.rootfs / 'swap').symlink_to(canary)
    config = runtime.config('sh', '-c', 'touch /data/inside')
    config['mounts'].append({'destination': '/data', 'type': 'tmpfs', 'source': 'tmpfs'})
    bundle = runtime.bundle(config)
    swapping = exchange(runtime.rootfs / name, runtime.rootfs / 'swap')
    try:
        codes = {runtime('run', '--bundle', bundle, f'{BOX}-{i}').code for i in range(40)}
    finally:
        swapping.kill()
        swapping.wait()
    assert 0 in codes and codes <= {0, 1}


def test_a_thousand_mounts_are_one_container(runtime):
    config = runtime.config('cat', '/m/999/file')
    (runtime.folder / 'volume').mkdir()
    (runtime.folder / 'volume' / 'file').write_text('here')
    config['mounts'] += [{'destination': f'/m/{i}', 'source': str(runtime.folder / 'volume'), 'options': ['bind']}
                         for i in range(1000)]
    done = runtime.run(config, BOX)
    assert (done.code, done.out) == (0, 'here'), done.err


MANY_MOUNTS = '''
mount -t tmpfs none "$1" && mkdir "$1"/source && i=0
while [ $i -lt 2000 ]; do mkdir "$1"/$i && mount --bind "$1"/source "$1"/$i || exit 1; i=$((i + 1)); done
shift; exec "$@"
'''
SECONDS = '''
import subprocess, sys, time
best = 1e9
for _ in range(int(sys.argv[1])):
    begin = time.perf_counter()
    subprocess.run(sys.argv[2:], check=True)
    best = min(best, time.perf_counter() - begin)
print(best)
'''


def test_a_start_does_not_grow_with_the_mounts_of_the_host(runtime):
    bundle = runtime.bundle(runtime.config('true'))
    start = [sys.executable, '-c', SECONDS, '15', runtime.program, '--root', runtime.states, 'run', '--bundle', bundle,
             BOX]
    many = runtime.folder / 'many'
    many.mkdir()
    mounted = ['unshare', '-m', '--propagation', 'private', 'sh', '-c', MANY_MOUNTS, 'sh', many, *start]
    ratios = []
    # Copying 2,000 mounts takes longer than a whole start; the rest, and the attempts, are for a busy machine.
    while not ratios or (ratios[-1] > 1.4 and len(ratios) < 4):
        few_s, many_s = (float(run(command, timeout_s=120).out) for command in (start, mounted))
        ratios.append(many_s / few_s)
    assert ratios[-1] <= 1.4, ratios


def test_createcontainer_hooks_see_the_host_and_the_mounts(runtime, tmp_path):
    note = tmp_path / 'note'
    tmp_path.chmod(0o755)
    config = runtime.config('true')
    config['hooks'] = {'createContainer': [{'path': '/bin/sh', 'args': [
        'sh', '-c', f'test -e {runtime.rootfs}/bin/sh && grep -c {runtime.rootfs} /proc/self/mountinfo > {note}']}]}
    done = runtime.run(config, BOX)
    assert done.code == 0, done.err
    assert int(note.read_text()) >= 1
