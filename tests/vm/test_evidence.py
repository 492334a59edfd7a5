# SPDX-License-Identifier: Apache-2.0
"""The command and the notary on the kernels that gabion is for."""
import re

POD = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"hostNetwork": true, ' \
      '"containers": [{"name": "c", "image": "i"}]}}'
INIT = 'gabion ledger init --ledger /tmp/ledger --key /tmp/key --origin gabion.test/log'
START = '''
gabion-notary --ledger /tmp/ledger --socket /tmp/socket --key /tmp/key 2>/tmp/said &
echo $! >/tmp/pid
for wait in 1 2 3 4 5 6 7 8 9 10; do grep -q listening /tmp/said && exit 0; sleep 1; done
cat /tmp/said >&2
exit 1
'''
STOP = 'pid=$(cat /tmp/pid); kill $pid; while [ -d /proc/$pid ]; do sleep 0.2; done; cat /tmp/said'


def test_a_decision_is_recorded_by_a_sandboxed_notary_and_verified(vm, kernel, programs):
    init, start, check, sandbox, stop, verify = vm.run(
        [INIT, START, 'gabion check --evidence /tmp/socket /pod.json', 'grep Seccomp: /proc/$(cat /tmp/pid)/status',
         STOP, 'gabion ledger verify --ledger /tmp/ledger'],
        kernel=kernel, files={**programs, '/pod.json': POD})
    assert (init.code, start.code) == (0, 0), init.err + start.err
    assert check.code == 1 and 'hostNetwork' in check.out, check.err
    assert sandbox.out == 'Seccomp:\t2\n'
    assert 'Landlock' not in stop.out, 'the kernel has it, so nothing is missing'
    assert re.fullmatch('verified: [1-9] records of gabion.test/log are what was signed\n', verify.out), verify.err


def test_a_full_disk_is_back_pressure_and_a_read_only_one_is_told(vm, programs):
    append = 'gabion ledger append --notary /tmp/socket /note.json'
    disk = 'mkdir /tmp/ledger && mount -t tmpfs -o size=120m tmpfs /tmp/ledger'
    runs = dict(zip(
        ['disk', 'init', 'start', 'before', 'fill', 'full', 'free', 'after', 'stop', 'verify', 'lock', 'refused'],
        vm.run([disk, INIT, START, append, 'head -c 40m /dev/zero >/tmp/ledger/ballast', append,
                'rm /tmp/ledger/ballast', append, STOP, 'gabion ledger verify --ledger /tmp/ledger',
                'mount -o remount,ro /tmp/ledger', START], files={**programs, '/note.json': '{"note": "one"}'})))
    assert [runs[name].code for name in ('disk', 'init', 'start', 'fill', 'free', 'lock')] == [0] * 6, runs
    assert 'evidence: 1 records are in the ledger' in runs['before'].err
    assert 'the disk of the ledger is nearly full; nothing was appended' in runs['full'].err
    assert '1 records wait in the spool' in runs['full'].err
    assert 'evidence: 2 records are in the ledger, earlier ones from the spool among them' in runs['after'].err
    assert 'less than 64 MiB free: records are refused' in runs['stop'].out
    assert 'at least 64 MiB free: records are appended again' in runs['stop'].out
    assert runs['verify'].out == 'verified: 3 records of gabion.test/log are what was signed\n'
    assert 'Read-only file system' in runs['refused'].err and 'fix: ' in runs['refused'].err
