# SPDX-License-Identifier: Apache-2.0
"""The Pod Security Standards a second time, as plain Python over a pod's dictionary.

Written from docs/explanation/pod-security.md, not from the policies: tests/system/test_pss.py holds both
against each other for every version. violated(pod, level, minor) gives the ids of violated policies.
"""
BASELINE_CAPABILITIES = {
    'AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE',
    'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'}
SYSCTLS = [
    (0, {'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies',
         'net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start'}),
    (27, {'net.ipv4.ip_local_reserved_ports'}),
    (29, {'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl',
          'net.ipv4.tcp_keepalive_probes'}),
    (32, {'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'}),
    (37, {'net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat'})]
VOLUMES = {'configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim',
           'projected', 'secret'}
APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'
SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/'


class Pod:
    """What the checks ask of a pod."""

    def __init__(self, document):
        self.spec = document['spec']
        self.annotations = document.get('metadata', {}).get('annotations', {})
        self.containers = [c for field in ('initContainers', 'containers', 'ephemeralContainers')
                           for c in self.spec.get(field, [])]
        self.own = self.spec.get('securityContext', {})
        self.contexts = [c.get('securityContext', {}) for c in self.containers]
        self.windows = self.spec.get('os', {}).get('name') == 'windows'
        self.user_namespace = self.spec.get('hostUsers') is False


def confined(profile):
    return profile.get('type', '') in ('RuntimeDefault', 'Localhost')


def app_armor(pod, minor):
    fields = [c['appArmorProfile'] for c in [pod.own, *pod.contexts] if 'appArmorProfile' in c]
    notes = [v for k, v in pod.annotations.items() if k.startswith(APP_ARMOR)]
    return (not all(confined(f) for f in fields)
            or not all(v in ('', 'runtime/default') or v.startswith('localhost/') for v in notes))


def baseline_capabilities(pod, minor):
    return any(set(c.get('capabilities', {}).get('add', [])) - BASELINE_CAPABILITIES for c in pod.contexts)


def host_namespaces(pod, minor):
    return any(pod.spec.get(f, False) for f in ('hostNetwork', 'hostPID', 'hostIPC'))


def host_paths(pod, minor):
    return any('hostPath' in v for v in pod.spec.get('volumes', []))


def host_ports(pod, minor):
    return any(p.get('hostPort', 0) != 0 for c in pod.containers for p in c.get('ports', []))


def host_probes(pod, minor):
    handlers = [c.get(p, {}) for c in pod.containers for p in ('livenessProbe', 'readinessProbe', 'startupProbe')]
    handlers += [c.get('lifecycle', {}).get(h, {}) for c in pod.containers for h in ('postStart', 'preStop')]
    return minor >= 34 and any(h.get(a, {}).get('host', '') for h in handlers for a in ('httpGet', 'tcpSocket'))


def privileged(pod, minor):
    return any(c.get('privileged', False) for c in pod.contexts)


def unmasked(pod):
    return any(c.get('procMount', 'Default') != 'Default' for c in pod.contexts)


def baseline_proc_mount(pod, minor):
    return unmasked(pod) and not (minor >= 35 and pod.user_namespace)


def baseline_seccomp(pod, minor):
    if minor >= 19:
        return not all(confined(c['seccompProfile']) for c in [pod.own, *pod.contexts] if 'seccompProfile' in c)
    keys = [SECCOMP_POD] + [SECCOMP + c['name'] for c in pod.containers]
    values = [pod.annotations[k] for k in keys if k in pod.annotations]
    return not all(v in ('runtime/default', 'docker/default') or v.startswith('localhost/') for v in values)


def selinux(pod, minor):
    types = {'', 'container_t', 'container_init_t', 'container_kvm_t'}
    types |= {'container_engine_t'} if minor >= 31 else set()
    options = [c.get('seLinuxOptions', {}) for c in [pod.own, *pod.contexts]]
    return any(o.get('type', '') not in types or o.get('user') or o.get('role') for o in options)


def sysctls(pod, minor):
    safe = set().union(*(names for since, names in SYSCTLS if minor >= since))
    return any(s['name'] not in safe for s in pod.own.get('sysctls', []))


def host_process(pod, minor):
    return any(c.get('windowsOptions', {}).get('hostProcess', False) for c in [pod.own, *pod.contexts])


def escalation(pod, minor):
    windows = minor >= 25 and pod.windows
    return minor >= 8 and not windows and any(c.get('allowPrivilegeEscalation', True) for c in pod.contexts)


def restricted_capabilities(pod, minor):
    if minor < 22 or (minor >= 25 and pod.windows):
        return False
    return any('ALL' not in c.get('capabilities', {}).get('drop', [])
               or set(c.get('capabilities', {}).get('add', [])) - {'NET_BIND_SERVICE'} for c in pod.contexts)


def restricted_proc_mount(pod, minor):
    return minor >= 35 and unmasked(pod)


def non_root(pod, minor):
    if minor >= 35 and pod.user_namespace:
        return False
    inherited = pod.own.get('runAsNonRoot', False)
    return (pod.own.get('runAsNonRoot', True) is False
            or not all(c.get('runAsNonRoot', inherited) for c in pod.contexts))


def root_user(pod, minor):
    relaxed = minor >= 35 and pod.user_namespace
    return minor >= 23 and not relaxed and any(c.get('runAsUser', 1) == 0 for c in [pod.own, *pod.contexts])


def restricted_seccomp(pod, minor):
    if minor < 19 or (minor >= 25 and pod.windows):
        return False
    inherited = pod.own.get('seccompProfile', {})
    return (('seccompProfile' in pod.own and not confined(inherited))
            or not all(confined(c.get('seccompProfile', inherited)) for c in pod.contexts))


def volume_types(pod, minor):
    return any(set(v) - {'name'} and not set(v) & VOLUMES for v in pod.spec.get('volumes', []))


CHECKS = {
    'pss.baseline.app-armor-profile': app_armor,
    'pss.baseline.capabilities': baseline_capabilities,
    'pss.baseline.host-namespaces': host_namespaces,
    'pss.baseline.host-path-volumes': host_paths,
    'pss.baseline.host-ports': host_ports,
    'pss.baseline.host-probes-and-lifecycle': host_probes,
    'pss.baseline.privileged': privileged,
    'pss.baseline.proc-mount': baseline_proc_mount,
    'pss.baseline.seccomp-profile': baseline_seccomp,
    'pss.baseline.selinux-options': selinux,
    'pss.baseline.sysctls': sysctls,
    'pss.baseline.windows-host-process': host_process,
    'pss.restricted.allow-privilege-escalation': escalation,
    'pss.restricted.capabilities': restricted_capabilities,
    'pss.restricted.proc-mount': restricted_proc_mount,
    'pss.restricted.run-as-non-root': non_root,
    'pss.restricted.run-as-user': root_user,
    'pss.restricted.seccomp-profile': restricted_seccomp,
    'pss.restricted.volume-types': volume_types,
}
# Under restricted, from which minor version a stricter control takes a control's place.
SUPERSEDED = {'pss.baseline.capabilities': 22, 'pss.baseline.host-path-volumes': 0,
              'pss.baseline.proc-mount': 35, 'pss.baseline.seccomp-profile': 19}


def violated(document, level, minor):
    pod = Pod(document)
    found = {policy for policy, check in CHECKS.items() if check(pod, minor)}
    if level == 'baseline':
        return {policy for policy in found if policy.startswith('pss.baseline.')}
    return {policy for policy in found if minor < SUPERSEDED.get(policy, 1000)}
