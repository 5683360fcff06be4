import type { corev1 } from '@skiff/contracts';
import { hasUserNamespace, namesWhere, type Check, type Subject, type Violation } from './check';
import { seccompAnnotations, seccompProfile } from './seccomp';
import { containersNamed, plural, quoted, setters, sortedUnique } from './message-parts';

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const harmlessProfile = (profile: string): boolean =>
  profile === '' || profile === 'runtime/default' || profile.startsWith('localhost/');
const unconfined = (type: string | undefined): boolean =>
  type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';

const appArmorProfile: Check = {
  id: 'appArmorProfile',
  since: 0,
  run(subject) {
    const keys = Object.keys(subject.annotations)
      .filter((key) => key.startsWith(appArmorPrefix) && !harmlessProfile(subject.annotations[key] ?? ''))
      .sort();
    const own = subject.spec.securityContext?.appArmorProfile?.type;
    const bad = subject.containers.filter(({ securityContext }) => unconfined(securityContext?.appArmorProfile?.type));
    const names = bad.map(({ name = '' }) => name);
    const values = sortedUnique([
      ...keys.map((key) => subject.annotations[key] ?? ''),
      ...(unconfined(own) ? [own ?? ''] : []),
      ...bad.map(({ securityContext }) => securityContext?.appArmorProfile?.type ?? ''),
    ]);
    if (values.length === 0) return undefined;
    const who = [
      ...(unconfined(own) || names.length > 0 ? [setters(unconfined(own), names)] : []),
      ...(keys.length > 0 ? [`${plural(keys.length, 'annotation', 'annotations')} ${quoted(keys)}`] : []),
    ].join(' and ');
    return {
      reason: plural(values.length, 'forbidden AppArmor profile', 'forbidden AppArmor profiles'),
      detail: `${who} must not set AppArmor profile type to ${quoted(values)}`,
    };
  },
};

const defaultCapabilities = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);

export const capabilities: Check = {
  id: 'capabilities_baseline',
  since: 0,
  run(subject) {
    const added = ({ securityContext }: corev1.Container): string[] =>
      (securityContext?.capabilities?.add ?? []).filter((name) => !defaultCapabilities.has(name));
    const names = namesWhere(subject, (container) => added(container).length > 0);
    if (names.length === 0) return undefined;
    const all = sortedUnique(subject.containers.flatMap(added));
    return {
      reason: 'non-default capabilities',
      detail: `${containersNamed(names)} must not include ${quoted(all)} in securityContext.capabilities.add`,
    };
  },
};

const hostNamespaces: Check = {
  id: 'hostNamespaces',
  since: 0,
  run({ spec }) {
    const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name]);
    if (shared.length === 0) return undefined;
    return { reason: 'host namespaces', detail: shared.map((name) => `${name}=true`).join(', ') };
  },
};

export const hostPathVolumes: Check = {
  id: 'hostPathVolumes',
  since: 0,
  run({ spec }) {
    const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name = '' }) => name);
    if (names.length === 0) return undefined;
    return { reason: 'hostPath volumes', detail: `${plural(names.length, 'volume', 'volumes')} ${quoted(names)}` };
  },
};

const hostPorts: Check = {
  id: 'hostPorts',
  since: 0,
  run(subject) {
    const portsOf = ({ ports }: corev1.Container): string[] =>
      (ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
    const names = namesWhere(subject, (container) => portsOf(container).length > 0);
    if (names.length === 0) return undefined;
    const ports = sortedUnique(subject.containers.flatMap(portsOf));
    const use = plural(names.length, 'uses', 'use');
    return {
      reason: 'hostPort',
      detail: `${containersNamed(names)} ${use} ${plural(ports.length, 'hostPort', 'hostPorts')} ${ports.join(', ')}`,
    };
  },
};

function hostsOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: corev1.Container): string[] {
  const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
  return handlers.flatMap((handler) =>
    [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host) => !!host),
  ) as string[];
}

const hostProbesAndHostLifecycle: Check = {
  id: 'hostProbesAndHostLifecycle',
  since: 34,
  run(subject) {
    const names = sortedUnique(namesWhere(subject, (container) => hostsOf(container).length > 0));
    if (names.length === 0) return undefined;
    const hosts = sortedUnique(subject.containers.flatMap(hostsOf));
    const what = plural(hosts.length, 'probe or lifecycle host', 'probe or lifecycle hosts');
    return {
      reason: 'probe or lifecycle host',
      detail: `${containersNamed(names)} ${plural(names.length, 'uses', 'use')} ${what} ${quoted(hosts)}`,
    };
  },
};

const privileged: Check = {
  id: 'privileged',
  since: 0,
  run(subject) {
    const names = namesWhere(subject, ({ securityContext }) => securityContext?.privileged === true);
    if (names.length === 0) return undefined;
    return {
      reason: 'privileged',
      detail: `${containersNamed(names)} must not set securityContext.privileged=true`,
    };
  },
};

/** Whether containers see all of /proc. */
export function procMountViolation(subject: Subject): Violation | undefined {
  const mountOf = ({ securityContext }: corev1.Container): string => securityContext?.procMount ?? 'Default';
  const names = namesWhere(subject, (container) => mountOf(container) !== 'Default');
  if (names.length === 0) return undefined;
  const mounts = sortedUnique(subject.containers.map(mountOf).filter((mount) => mount !== 'Default'));
  return {
    reason: 'procMount',
    detail: `${containersNamed(names)} must not set securityContext.procMount to ${quoted(mounts)}`,
  };
}

const procMount: Check = {
  id: 'procMount',
  since: 0,
  run: (subject) => (hasUserNamespace(subject) ? undefined : procMountViolation(subject)),
};

const selinuxTypes = ({ version }: Subject): ReadonlySet<string> =>
  new Set([
    ...['', 'container_t', 'container_init_t', 'container_kvm_t'],
    ...(version >= 31 ? ['container_engine_t'] : []),
  ]);

const seLinuxOptions: Check = {
  id: 'seLinuxOptions',
  since: 0,
  run(subject) {
    const allowed = selinuxTypes(subject);
    const isBad = (options: corev1.SELinuxOptions | undefined): boolean =>
      !allowed.has(options?.type ?? '') || Boolean(options?.user) || Boolean(options?.role);
    const own = subject.spec.securityContext?.seLinuxOptions;
    const names = namesWhere(subject, ({ securityContext }) => isBad(securityContext?.seLinuxOptions));
    if (!isBad(own) && names.length === 0) return undefined;
    const all = [own, ...subject.containers.map(({ securityContext }) => securityContext?.seLinuxOptions)];
    const types = sortedUnique(all.map((options) => options?.type ?? '').filter((type) => !allowed.has(type)));
    const bad = [
      ...(types.length > 0 ? [`${plural(types.length, 'type', 'types')} ${quoted(types)}`] : []),
      ...(all.some((options) => options?.user) ? ['user may not be set'] : []),
      ...(all.some((options) => options?.role) ? ['role may not be set'] : []),
    ];
    return {
      reason: 'seLinuxOptions',
      detail: `${setters(isBad(own), names)} set forbidden securityContext.seLinuxOptions: ${bad.join('; ')}`,
    };
  },
};

/** Safe kernel settings, with the version that added each. */
const safeSysctls: ReadonlyMap<string, number> = new Map([
  ['kernel.shm_rmid_forced', 0],
  ['net.ipv4.ip_local_port_range', 0],
  ['net.ipv4.tcp_syncookies', 0],
  ['net.ipv4.ping_group_range', 0],
  ['net.ipv4.ip_unprivileged_port_start', 0],
  ['net.ipv4.ip_local_reserved_ports', 27],
  ['net.ipv4.tcp_keepalive_time', 29],
  ['net.ipv4.tcp_fin_timeout', 29],
  ['net.ipv4.tcp_keepalive_intvl', 29],
  ['net.ipv4.tcp_keepalive_probes', 29],
  ['net.ipv4.tcp_rmem', 32],
  ['net.ipv4.tcp_wmem', 32],
]);

const sysctls: Check = {
  id: 'sysctls',
  since: 0,
  run({ spec, version }) {
    const names = (spec.securityContext?.sysctls ?? []).map(({ name = '' }) => name);
    const unsafe = names.filter((name) => (safeSysctls.get(name) ?? Infinity) > version);
    return unsafe.length > 0 ? { reason: 'forbidden sysctls', detail: unsafe.join(', ') } : undefined;
  },
};

const windowsHostProcess: Check = {
  id: 'windowsHostProcess',
  since: 0,
  run(subject) {
    const own = subject.spec.securityContext?.windowsOptions?.hostProcess === true;
    const names = namesWhere(subject, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true);
    if (!own && names.length === 0) return undefined;
    return {
      reason: 'hostProcess',
      detail: `${setters(own, names)} must not set securityContext.windowsOptions.hostProcess=true`,
    };
  },
};

/** What the baseline standard forbids, in upstream's order. */
export const baselineChecks: readonly Check[] = [
  appArmorProfile,
  capabilities,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbesAndHostLifecycle,
  privileged,
  procMount,
  seLinuxOptions,
  seccompAnnotations,
  seccompProfile,
  sysctls,
  windowsHostProcess,
];
