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

function addresses(port: ServicePort): string[] {
  return [...new Set([...port.clusterEndpoints, ...port.localEndpoints].map((endpoint) => endpoint.address))];
}

/** What packets to the port are addressed to. */
function destinations(port: ServicePort): string[][] {
  const toAddresses = [port.clusterIP, ...port.externalIPs, ...port.loadBalancerIPs].map((address) => [
    ...['--orig-dst', address, '--orig-port-dst', String(port.port)],
  ]);
  const toNode = port.nodePort === undefined ? [] : [['--orig-port-dst', String(port.nodePort)]];
  return [...toAddresses, ...toNode];
}
