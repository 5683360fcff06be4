import type { Endpoint } from './endpoints';
import { portKey, type Protocol, type ServicePort } from './service-port';
import type { Table } from './table';

/** Where a packet of a new connection goes. */
export interface Destination {
  readonly address: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Which Service takes a packet, by which elements and chains, and where it may end. */
export interface Explanation {
  /** `namespace/name:port`. */
  readonly service: string;
  readonly via: 'cluster IP' | 'external IP' | 'load balancer' | 'node port';
  /** Elements and rules that serve it, as nft lists them. */
  readonly rules: readonly string[];
  readonly endpoints: readonly Endpoint[];
}

/** The Service that a comment of a rule or element names; undefined when it names none. */
export function explainComment(comment: string): { namespace: string; name: string; portName: string } | undefined {
  const [, namespace, name, portName = ''] = /^([^/:]+)\/([^/:]+)(?::(.+))?$/.exec(comment) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name, portName };
}

/** Why a packet goes where it goes; undefined when no Service takes it. `isNode` tells whether its address is the node's. */
export function explainPacket(
  ports: readonly ServicePort[],
  table: Table,
  packet: Destination,
  isNode: boolean,
): Explanation | undefined {
  for (const port of ports) {
    const via = port.protocol === packet.protocol ? match(port, packet, isNode) : undefined;
    if (via === undefined) continue;
    const isLocal = (via === 'cluster IP' ? port.internalPolicy : port.externalPolicy) === 'Local';
    const service = portKey(port);
    return {
      service,
      via,
      rules: rulesOf(table, service),
      endpoints: isLocal ? port.localEndpoints : port.clusterEndpoints,
    };
  }
  return undefined;
}

function match(port: ServicePort, packet: Destination, isNode: boolean): Explanation['via'] | undefined {
  if (packet.port === port.port) {
    if (packet.address === port.clusterIP) return 'cluster IP';
    if (port.externalIPs.includes(packet.address)) return 'external IP';
    if (port.loadBalancerIPs.includes(packet.address)) return 'load balancer';
  }
  return isNode && packet.port === port.nodePort ? 'node port' : undefined;
}

/** All that serves a Service's port, found by its comments. */
function rulesOf(table: Table, service: string): string[] {
  const elements = [...table.collections.values()].flatMap(({ name, elements: entries }) =>
    [...(entries ?? [])]
      .filter(([, element]) => element.comment === service)
      .map(([key, { verdict }]) => `@${name} { ${key}${verdict === undefined ? '' : ` : ${verdict}`} }`),
  );
  const rules = [...table.chains.values()].flatMap((chain) =>
    chain.rules.filter((rule) => rule.comment === service).map((rule) => `${chain.name}: ${rule.expression}`),
  );
  return [...elements, ...rules];
}
