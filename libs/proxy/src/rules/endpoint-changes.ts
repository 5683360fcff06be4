import type { Endpoint } from './endpoints';
import type { ServicePort } from './service-port';

/** An endpoint that traffic of a Service reaches from now on. */
export interface AddedEndpoint {
  readonly namespace: string;
  /** Name of the Service. */
  readonly service: string;
  /** Empty when the Service does not name its port. */
  readonly portName: string;
  readonly protocol: string;
  readonly endpoint: Endpoint;
}

/** Endpoints of these ports that those before did not have. Ports that are the same object are passed over. */
export function addedEndpoints(before: readonly ServicePort[], after: readonly ServicePort[]): AddedEndpoint[] {
  const known = new Map(before.map((port) => [identity(port), port]));
  return after.flatMap((port) => {
    const old = known.get(identity(port));
    if (old === port) return [];
    const addresses = new Set(old === undefined ? [] : reachable(old).map(addressOf));
    const { namespace, name: service, portName, protocol } = port;
    return reachable(port)
      .filter((endpoint) => !addresses.has(addressOf(endpoint)))
      .map((endpoint) => ({ namespace, service, portName, protocol, endpoint }));
  });
}

function reachable({ clusterEndpoints, localEndpoints }: ServicePort): Endpoint[] {
  const found = new Map([...clusterEndpoints, ...localEndpoints].map((endpoint) => [addressOf(endpoint), endpoint]));
  return [...found.values()];
}

const addressOf = ({ address, port }: Endpoint): string => `${address}:${port}`;

const identity = ({ namespace, name, portName, protocol }: ServicePort): string =>
  `${namespace}/${name}/${portName}/${protocol}`;
