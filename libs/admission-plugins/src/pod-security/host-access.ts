import type { corev1 } from '@skiff/contracts';
import { namesWhere, type Check } from './check';
import { containersNamed, plural, quoted, setters, sortedUnique } from './message-parts';

export const hostNamespaces: Check = {
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

export const hostPorts: Check = {
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

export const hostProbesAndHostLifecycle: Check = {
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

export const windowsHostProcess: Check = {
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
