import type { corev1 } from '@skiff/contracts';
import { appArmorProfile } from './app-armor';
import { hasUserNamespace, namesWhere, type Check, type Subject, type Violation } from './check';
import {
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbesAndHostLifecycle,
  windowsHostProcess,
} from './host-access';
import { containersNamed, quoted, sortedUnique } from './message-parts';
import { seLinuxOptions } from './se-linux';
import { seccompAnnotations, seccompProfile } from './seccomp';
import { sysctls } from './sysctls';

const defaultCapabilities = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);

const capabilities: Check = {
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
