import type { corev1 } from '@skiff/contracts';
import type { Rejection } from './node-fit';

/** Settings of the kernel that only touch the pod that has them; upstream's safe set. */
const safe: readonly string[] = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];

/**
 * Refuses settings of the kernel that are not allowed on this node.
 *
 * @param unsafe further settings that are, such as `net.core.somaxconn` or `kernel.msg*`.
 */
export function forbiddenSysctl({ spec }: corev1.Pod, unsafe: readonly string[]): Rejection | undefined {
  const allowed = [...safe, ...unsafe];
  for (const { name: given = '' } of spec?.securityContext?.sysctls ?? []) {
    const name = given.replaceAll('/', '.');
    const why = allowed.some((pattern) => matches(pattern, name))
      ? sharedWithNode(name, spec)
      : `${JSON.stringify(name)} not allowlisted`;
    if (why !== undefined) return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${why}` };
  }
  return undefined;
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** What belongs to a namespace that the pod shares with the node would change the node. */
function sharedWithNode(name: string, spec: corev1.PodSpec | undefined): string | undefined {
  const namespace = name.startsWith('net.') ? 'net' : 'ipc';
  const shared = namespace === 'net' ? spec?.hostNetwork : spec?.hostIPC;
  return shared === true ? `${JSON.stringify(name)} not allowed with host ${namespace} enabled` : undefined;
}
