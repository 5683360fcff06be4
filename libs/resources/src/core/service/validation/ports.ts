import { child, dns1123Label, type ErrorList, portNumber, qualifiedName } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validatePortOrName } from '../../pod/validation/probes';

const protocols = ['SCTP', 'TCP', 'UDP'];

function validatePort(port: corev1.ServicePort, named: boolean, names: Set<string>, path: string, to: ErrorList): void {
  const { name = '', protocol = '', appProtocol } = port;
  if (named && name === '') to.required(child(path, 'name'));
  else if (name !== '') {
    to.all(child(path, 'name'), name, dns1123Label(name));
    if (names.has(name)) to.duplicate(child(path, 'name'), name);
    names.add(name);
  }
  to.all(child(path, 'port'), port.port ?? 0, portNumber(port.port ?? 0));
  if (protocol === '') to.required(child(path, 'protocol'));
  else if (!protocols.includes(protocol)) to.notSupported(child(path, 'protocol'), protocol, protocols);
  validatePortOrName(port.targetPort, child(path, 'targetPort'), to);
  if (appProtocol !== undefined) to.all(child(path, 'appProtocol'), appProtocol, qualifiedName(appProtocol));
}

/** Each port, with a name when there are several. */
export function validatePorts({ ports }: corev1.ServiceSpec, to: ErrorList): void {
  const names = new Set<string>();
  for (const [index, port] of (ports ?? []).entries())
    validatePort(port, (ports?.length ?? 0) > 1, names, `spec.ports[${index}]`, to);
}

/** A port as upstream shows it: its internal type, whose fields have no JSON names. */
const shownPort = ({ protocol = '', port = 0 }: corev1.ServicePort): Readonly<Record<string, unknown>> => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
});

/** Ports that nodes open, and no port twice for the same protocol. */
export function validateUniquePorts({ ports, type }: corev1.ServiceSpec, to: ErrorList): void {
  const entries = [...(ports ?? []).entries()].map(([index, port]) => ({ at: `spec.ports[${index}]`, port }));
  for (const { at, port } of entries)
    if (type === 'ClusterIP' && port.nodePort)
      to.forbidden(child(at, 'nodePort'), "may not be used when `type` is 'ClusterIP'");
  const [nodePorts, seen] = [new Set<string>(), new Set<string>()];
  for (const { at, port } of entries) {
    if (!port.nodePort) continue;
    const key = `${port.protocol}/${port.nodePort}`;
    if (nodePorts.has(key)) to.duplicate(child(at, 'nodePort'), port.nodePort);
    nodePorts.add(key);
  }
  for (const { at, port } of entries) {
    const key = `${port.protocol}/${port.port}`;
    if (seen.has(key)) to.duplicate(at, shownPort(port));
    seen.add(key);
  }
}
