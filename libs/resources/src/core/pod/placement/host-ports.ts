import type { corev1 } from '@skiff/contracts';

/** A port of the node itself that a pod takes. */
export interface HostPort {
  /** "0.0.0.0" for all addresses. */
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const none: readonly never[] = [];

/** The ports of the node that a pod's containers and sidecars take. */
export function hostPortsOf(spec: corev1.PodSpec | undefined): readonly HostPort[] {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports: HostPort[] = [];
  for (const container of [...(spec?.containers ?? []), ...sidecars]) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort) ports.push({ ip: hostIP || '0.0.0.0', protocol: protocol || 'TCP', port: hostPort });
    }
  }
  return ports.length ? ports : none;
}

/** Whether two pods cannot have these ports at the same time. */
export function portsCollide(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0');
}
