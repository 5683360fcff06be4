import type { corev1 } from '@skiff/contracts';

/** Variables that tell a container of Services, in Docker's link style. */
export function serviceEnvironment(
  services: readonly corev1.Service[],
  links: boolean,
  namespace: string | undefined,
): Map<string, string> {
  const result = new Map<string, string>();
  const isMaster = (service: corev1.Service): boolean =>
    service.metadata?.namespace === 'default' && service.metadata.name === 'kubernetes';
  const chosen = services.filter((service) => {
    const ip = service.spec?.clusterIP;
    if (ip === undefined || ip === '' || ip === 'None') return false;
    return isMaster(service) || (links && service.metadata?.namespace === namespace);
  });
  // The namespace's own Services win over the API server's of the same name.
  chosen.sort((a, b) => Number(isMaster(b)) - Number(isMaster(a)));
  for (const service of chosen) addService(result, service);
  return result;
}

function addService(result: Map<string, string>, service: corev1.Service): void {
  const name = (service.metadata?.name ?? '').toUpperCase().replaceAll('-', '_');
  const ip = service.spec?.clusterIP ?? '';
  const host = ip.includes(':') ? `[${ip}]` : ip;
  const ports = service.spec?.ports ?? [];
  const first = ports[0];
  if (first === undefined) return;
  result.set(`${name}_SERVICE_HOST`, ip);
  result.set(`${name}_SERVICE_PORT`, String(first.port ?? 0));
  for (const port of ports) {
    if (port.name === undefined || port.name === '') continue;
    result.set(`${name}_SERVICE_PORT_${port.name.toUpperCase().replaceAll('-', '_')}`, String(port.port ?? 0));
  }
  ports.forEach((port, index) => {
    const protocol = port.protocol ?? 'TCP';
    const number = String(port.port ?? 0);
    const url = `${protocol.toLowerCase()}://${host}:${number}`;
    const prefix = `${name}_PORT_${number}_${protocol}`;
    if (index === 0) result.set(`${name}_PORT`, url);
    result.set(prefix, url);
    result.set(`${prefix}_PROTO`, protocol.toLowerCase());
    result.set(`${prefix}_PORT`, number);
    result.set(`${prefix}_ADDR`, ip);
  });
}
