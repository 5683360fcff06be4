import type { Endpoint } from './endpoints';
import { portKey, type ServicePort } from './service-port';

/** The longest comment that nft takes. */
const commentLength = 127;

/**
 * Names of chains and sets, as `service-default/web/tcp/http`. The longest that Kubernetes' names
 * can give has 190 characters; the kernel takes 255.
 */
export function serviceName(kind: 'service' | 'local' | 'external', port: ServicePort): string {
  return `${kind}-${identity(port)}`;
}

export function endpointName(kind: 'endpoint' | 'affinity', port: ServicePort, endpoint: Endpoint): string {
  return `${kind}-${identity(port)}__${endpoint.address}/${endpoint.port}`;
}

/** What rules and elements that serve a port say in their comment. */
export function comment(port: ServicePort): string {
  return portKey(port).slice(0, commentLength);
}

function identity(port: ServicePort): string {
  return `${port.namespace}/${port.name}/${port.protocol}/${port.portName}`;
}
