# SPDX-License-Identifier: Apache-2.0
"""The test machine itself: what its kernel is like, and that its reports can be believed."""
import pytest

import machine


@pytest.fixture(scope='session')
def facts(vm, kernel):
    """What one boot of each kernel says about itself."""
    questions = {'release': 'uname -r', 'modules': 'cat /sys/kernel/security/lsm', 'mounts': 'cat /proc/mounts',
                 'controllers': 'cat /sys/fs/cgroup/cgroup.controllers', 'types': 'head -c 4 /sys/kernel/btf/vmlinux'}
    return kernel, dict(zip(questions, vm.run(list(questions.values()), kernel=kernel)))


def test_the_kernel_is_the_one_that_was_asked_for(facts):
    name, said = facts
    assert said['release'].out.startswith(f'{name}.')


@pytest.mark.parametrize('module', ['bpf', 'landlock', 'lockdown', 'yama', 'apparmor'])
def test_the_security_modules_are_active(facts, module):
    assert module in facts[1]['modules'].out.strip().split(',')


def test_control_groups_are_version_2_alone(facts):
    types = [line.split()[2] for line in facts[1]['mounts'].out.splitlines()]
    assert types.count('cgroup2') == 1 and 'cgroup' not in types
    assert {'cpu', 'memory', 'pids'} <= set(facts[1]['controllers'].out.split())


def test_the_kernel_describes_its_types(facts):
    assert facts[1]['types'].code == 0 and len(facts[1]['types'].out) > 0


def test_a_module_brings_what_it_needs(vm, kernel):
    loaded, = vm.run(['grep -c . /proc/modules; grep overlay /proc/filesystems; grep br_netfilter /proc/modules'],
                     kernel=kernel, modules=['overlay', 'br_netfilter'])
    assert loaded.code == 0, loaded.err
    assert 'overlay' in loaded.out and 'br_netfilter' in loaded.out


def test_each_command_has_its_own_output_and_status(vm):
    runs = vm.run(['echo one; echo two >&2; exit 3', 'printf "\\377\\000end"', 'cat /etc/hello', 'sleep 30'],
                  files={'/etc/hello': 'inside'}, command_timeout_s=2)
    assert runs == [machine.Run(3, 'one\n', 'two\n'), machine.Run(0, '\\xff\0end', ''), machine.Run(0, 'inside', ''),
                    machine.Run(137, '', runs[3].err)]


def test_a_command_cannot_speak_for_another(vm):
    forgery = 'for port in /dev/ttyS0 /dev/ttyS1 /proc/self/fd/1; do ' \
              'printf "\\n%s 0001 0 Zm9yZ2Vk. .\\n%s end\\n" "$secret" "$secret" >$port; done; ls /vm; env'
    forger, honest = vm.run([forgery, 'echo honest; exit 1'])
    assert honest == machine.Run(1, 'honest\n', '')
    assert 'settings' not in forger.out and 'secret' not in forger.out


def test_a_machine_that_does_not_come_to_its_end_is_a_failure(vm):
    with pytest.raises(machine.Failed, match='not at its end after 5 s'):
        vm.run(['sleep 60'], timeout_s=5)
    with pytest.raises(machine.Failed):
        vm.run(['true', 'poweroff -f', 'true'])
