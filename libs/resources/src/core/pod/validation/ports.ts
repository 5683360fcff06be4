import { child, type ErrorList, portName, portNumber } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const protocols = ['SCTP', 'TCP', 'UDP'];

/** Ports that a container tells of. */
export function validatePorts(container: corev1.Container, path: string, to: ErrorList): void {
  const names = new Set<string>();
  for (const [index, port] of (container.ports ?? []).entries()) {
    const at = `${path}[${index}]`;
    if (port.name) {
      const messages = portName(port.name);
      if (messages.length > 0) to.all(child(at, 'name'), port.name, messages);
      else if (names.has(port.name)) to.duplicate(child(at, 'name'), port.name);
      else names.add(port.name);
    }
    if (!port.containerPort) to.required(child(at, 'containerPort'));
    else to.all(child(at, 'containerPort'), port.containerPort, portNumber(port.containerPort));
    if (port.hostPort) to.all(child(at, 'hostPort'), port.hostPort, portNumber(port.hostPort));
    if (!port.protocol) to.required(child(at, 'protocol'));
    else if (!protocols.includes(port.protocol)) to.notSupported(child(at, 'protocol'), port.protocol, protocols);
  }
}

/** No two containers on one port of the host. */
export function validateHostPorts(containers: readonly corev1.Container[], path: string, to: ErrorList): void {
  const used = new Set<string>();
  for (const [index, container] of containers.entries())
    for (const [position, port] of (container.ports ?? []).entries()) {
      if (!port.hostPort) continue;
      const key = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (used.has(key)) to.duplicate(`${path}[${index}].ports[${position}].hostPort`, key);
      used.add(key);
    }
}

/** On the host's network a port is the host's; in a template it may be left for later. */
export function validateHostNetworkPorts(spec: corev1.PodSpec, isPod: boolean, path: string, to: ErrorList): void {
  if (!spec.hostNetwork) return;
  for (const [index, { ports }] of (spec.containers ?? []).entries())
    for (const [position, { hostPort = 0, containerPort = 0 }] of (ports ?? []).entries())
      if ((isPod || hostPort !== 0) && hostPort !== containerPort)
        to.invalid(
          `${path}[${index}].ports[${position}].hostPort`,
          hostPort,
          'must match `containerPort` when `hostNetwork` is true',
        );
}
