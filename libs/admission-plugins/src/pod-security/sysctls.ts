import type { Check } from './check';

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

export const sysctls: Check = {
  id: 'sysctls',
  since: 0,
  run({ spec, version }) {
    const names = (spec.securityContext?.sysctls ?? []).map(({ name = '' }) => name);
    const unsafe = names.filter((name) => (safeSysctls.get(name) ?? Infinity) > version);
    return unsafe.length > 0 ? { reason: 'forbidden sysctls', detail: unsafe.join(', ') } : undefined;
  },
};
