import { portKey, type ServicePort } from './service-port';

/**
 * The connections of the kernel's table that a change of Services leaves pointing nowhere, as
 * arguments of `conntrack`. UDP alone needs it: a flow that never pauses would be sent to an
 * endpoint that is gone, or past one that has come, for as long as it goes on.
 */
export function staleFlows(before: readonly ServicePort[], after: readonly ServicePort[]): string[][] {
  const now = new Map(after.map((port) => [`${portKey(port)}/${port.protocol}`, port]));
  const stale: string[][] = [];
  for (const old of before) {
    if (old.protocol !== 'udp') continue;
    const current = now.get(`${portKey(old)}/udp`);
    const alive = new Set(current === undefined ? [] : addresses(current));
    for (const address of addresses(old)) {
      if (!alive.has(address))
        stale.push(...destinations(old).map((destination) => [...destination, '--dst-nat', address]));
    }
    if (current !== undefined && addresses(old).length === 0 && alive.size > 0) stale.push(...destinations(current));
  }
  return stale.map((flow) => ['-D', '-p', 'udp', ...flow]);
}

/**
 * The flows in a listing of `conntrack -L` that lead to endpoints which a Service no longer has: what
 * changed while no proxy ran.
 */
export function staleFlowsAtStart(listing: string, ports: readonly ServicePort[]): string[][] {
  const byDestination = new Map<string, ServicePort>();
  for (const port of ports.filter(({ protocol }) => protocol === 'udp')) {
    for (const address of serviceAddresses(port)) byDestination.set(`${address}:${port.port}`, port);
    if (port.nodePort !== undefined) byDestination.set(`:${port.nodePort}`, port);
  }
  const stale = new Map<string, string[]>();
  for (const match of listing.matchAll(/^udp .*? dst=(\S+) sport=\d+ dport=(\d+) .*?src=(\S+) /gm)) {
    const [, destination = '', port = '', answering = ''] = match;
    const isRewritten = answering !== destination;
    const owner =
      byDestination.get(`${destination}:${port}`) ?? (isRewritten ? byDestination.get(`:${port}`) : undefined);
    if (owner === undefined || addresses(owner).includes(answering)) continue;
    const flow = ['--orig-dst', destination, '--orig-port-dst', port, '--reply-src', answering];
    stale.set(flow.join(' '), ['-D', '-p', 'udp', ...flow]);
  }
  return [...stale.values()];
}

function addresses(port: ServicePort): string[] {
  return [...new Set([...port.clusterEndpoints, ...port.localEndpoints].map((endpoint) => endpoint.address))];
}

/** What packets to the port are addressed to. */
function destinations(port: ServicePort): string[][] {
  const toAddresses = serviceAddresses(port).map((address) => [
    ...['--orig-dst', address, '--orig-port-dst', String(port.port)],
  ]);
  const toNode = port.nodePort === undefined ? [] : [['--orig-port-dst', String(port.nodePort)]];
  return [...toAddresses, ...toNode];
}

function serviceAddresses(port: ServicePort): string[] {
  return [port.clusterIP, ...port.externalIPs, ...port.loadBalancerIPs];
}
