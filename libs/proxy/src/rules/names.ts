import { createHash } from 'node:crypto';
import { portKey, type Endpoint, type ServicePort } from './service-port';

/** The longest comment that nft takes. */
const COMMENT_LENGTH = 127;

/**
 * Names of chains and sets, as `service-4SGPL5YE-default/web/tcp/http`: the hash
 * makes them unique, the rest tells a reader what they are for.
 */
export function serviceName(kind: 'service' | 'local' | 'external', port: ServicePort): string {
  return `${kind}-${hash(identity(port))}-${identity(port)}`;
}

export function endpointName(kind: 'endpoint' | 'affinity', port: ServicePort, endpoint: Endpoint): string {
  const name = `${identity(port)}__${endpoint.address}/${endpoint.port}`;
  return `${kind}-${hash(name)}-${name}`;
}

/** What rules and elements that serve a port say in their comment. */
export function comment(port: ServicePort): string {
  return portKey(port).slice(0, COMMENT_LENGTH);
}

function identity(port: ServicePort): string {
  return `${port.namespace}/${port.name}/${port.protocol}/${port.portName}`;
}

function hash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8).toUpperCase();
}
