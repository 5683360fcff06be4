import type { Protocol, ServicePort } from './service-port';

/** A connection in the kernel's table: where its packets were sent, and who answers them. */
interface Flow {
  readonly destination: string;
  readonly port: string;
  readonly answering: string;
  readonly answeringPort: string;
}

/** Which Services a flow can be of: before a change, and after it. */
export interface FlowContext {
  readonly before: readonly ServicePort[];
  readonly after: readonly ServicePort[];
  /** Addresses of the node itself, on which node ports are. */
  readonly nodeAddresses: ReadonlySet<string>;
}

/**
 * The flows in a listing of `conntrack -L -p udp` that a change of Services leaves pointing nowhere,
 * or past a Service that has come, as arguments of `conntrack`. UDP alone needs it: a flow that never
 * pauses would go on so for as long as it lasts. What the table shows counts and not what has changed,
 * so that nothing depends on the order in which Services and their endpoints come, or on who ran when.
 * Upstream: pkg/proxy/conntrack/cleanup.go
 */
export function staleFlows(listing: string, { before, after, nodeAddresses }: FlowContext): string[][] {
  const now = new Destinations(after, nodeAddresses);
  const old = new Destinations(before, nodeAddresses);
  const stale = new Map<string, string[]>();
  for (const flow of parseFlows(listing)) {
    const owner = now.ownerOf(flow);
    const isStale = owner === undefined ? isLeftOf(old.ownerOf(flow), flow) : isAstray(owner, flow);
    if (!isStale) continue;
    const { destination, port, answering, answeringPort } = flow;
    const original = ['--orig-dst', destination, '--orig-port-dst', port];
    const args = ['-D', '-p', 'udp', ...original, '--reply-src', answering, '--reply-port-src', answeringPort];
    stale.set(args.join(' '), args);
  }
  return [...stale.values()];
}

/** Whether a change of these Services can leave flows that have to be deleted. Ports that are the same object did not change. */
export function changesFlows(before: readonly ServicePort[], after: readonly ServicePort[]): boolean {
  const [old, now] = [new Set(before.filter(isUdp)), new Set(after.filter(isUdp))];
  return old.size !== now.size || [...now].some((port) => !old.has(port));
}

/** A flow of a Service that leads to none of its endpoints. One without any refuses packets itself. */
function isAstray(owner: ServicePort, flow: Flow): boolean {
  const endpoints = endpointsOf(owner);
  const isRewritten = flow.answering !== flow.destination || flow.answeringPort !== flow.port;
  return !endpoints.has(answererOf(flow)) && (isRewritten || endpoints.size > 0);
}

/** A flow to an endpoint of a Service that is gone, or is not at this address any more. */
function isLeftOf(owner: ServicePort | undefined, flow: Flow): boolean {
  return owner !== undefined && endpointsOf(owner).has(answererOf(flow));
}

/** Whose packets those to an address and port are. */
class Destinations {
  private readonly byAddress = new Map<string, ServicePort>();
  private readonly byNodePort = new Map<string, ServicePort>();

  constructor(
    ports: readonly ServicePort[],
    private readonly nodeAddresses: ReadonlySet<string>,
  ) {
    for (const port of ports.filter(isUdp)) {
      for (const address of [port.clusterIP, ...port.externalIPs, ...port.loadBalancerIPs])
        this.byAddress.set(`${address}:${port.port}`, port);
      if (port.nodePort !== undefined) this.byNodePort.set(String(port.nodePort), port);
    }
  }

  ownerOf({ destination, port }: Flow): ServicePort | undefined {
    const owner = this.byAddress.get(`${destination}:${port}`);
    return owner ?? (this.nodeAddresses.has(destination) ? this.byNodePort.get(port) : undefined);
  }
}

function* parseFlows(listing: string): Iterable<Flow> {
  const line = /^udp .*? dst=(\S+) sport=\d+ dport=(\d+) .*?src=(\S+) dst=\S+ sport=(\d+) /gm;
  for (const [, destination = '', port = '', answering = '', answeringPort = ''] of listing.matchAll(line))
    yield { destination, port, answering, answeringPort };
}

const answererOf = ({ answering, answeringPort }: Flow): string => `${answering}:${answeringPort}`;

function endpointsOf({ clusterEndpoints, localEndpoints }: ServicePort): ReadonlySet<string> {
  return new Set([...clusterEndpoints, ...localEndpoints].map(({ address, port }) => `${address}:${port}`));
}

function isUdp({ protocol }: { readonly protocol: Protocol }): boolean {
  return protocol === 'udp';
}
