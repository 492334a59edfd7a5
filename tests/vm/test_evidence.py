# SPDX-License-Identifier: Apache-2.0
"""The command and the notary on the kernels that gabion is for."""

POD = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"hostNetwork": true, ' \
      '"containers": [{"name": "c", "image": "i"}]}}'
START = '''
gabion ledger init --ledger /tmp/ledger --key /tmp/key --origin gabion.test/log || exit 1
gabion-notary --ledger /tmp/ledger --socket /tmp/socket --key /tmp/key 2>/tmp/said &
echo $! >/tmp/pid
for wait in 1 2 3 4 5 6 7 8 9 10; do grep -q listening /tmp/said && exit 0; sleep 1; done
cat /tmp/said >&2
exit 1
'''
STOP = 'pid=$(cat /tmp/pid); kill $pid; while [ -d /proc/$pid ]; do sleep 0.2; done; cat /tmp/said'


def test_a_decision_is_recorded_by_a_sandboxed_notary_and_verified(vm, kernel, programs):
    start, check, sandbox, stop, verify = vm.run(
        [START, 'gabion check --evidence /tmp/socket /pod.json', 'grep Seccomp: /proc/$(cat /tmp/pid)/status', STOP,
         'gabion ledger verify --ledger /tmp/ledger'],
        kernel=kernel, files={**programs, '/pod.json': POD})
    assert start.code == 0, start.err
    assert check.code == 1 and 'hostNetwork' in check.out, check.err
    assert sandbox.out == 'Seccomp:\t2\n'
    assert 'Landlock' not in stop.out, 'the kernel has it, so nothing is missing'
    assert verify.out == 'verified: 1 records of gabion.test/log are what was signed\n', verify.err
