import type { corev1 } from '@skiff/contracts';

/**
 * Node ports by the port that they lead to, for other protocols to share.
 * Upstream: pkg/registry/core/service/storage/alloc.go.
 */
export class SharedPorts {
  /** Of each port the first with a node port, and the first of another protocol: one of them is of another than any. */
  private readonly byPort = new Map<number | undefined, [corev1.ServicePort, corev1.ServicePort?]>();

  constructor(ports: readonly corev1.ServicePort[] | null = []) {
    for (const port of ports ?? []) this.add(port);
  }

  add(port: corev1.ServicePort): void {
    if (!port.nodePort) return;
    const known = this.byPort.get(port.port);
    if (!known) this.byPort.set(port.port, [port]);
    else if (!known[1] && known[0].protocol !== port.protocol) known[1] = port;
  }

  /** The first node port of the same port with another protocol. */
  of({ port, protocol }: corev1.ServicePort): number | undefined {
    return this.byPort.get(port)?.find((one) => one && one.protocol !== protocol)?.nodePort;
  }
}
