import type { Upstream } from './forwarder';

/**
 * The resolvers that a resolv.conf names.
 * @param own addresses of this server, which must not ask itself.
 */
export function readUpstreams(content: string, own: readonly string[] = []): Upstream[] {
  const upstreams: Upstream[] = [];
  for (const line of content.split('\n')) {
    const [keyword, address] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && address !== undefined && !own.includes(address)) upstreams.push({ address });
  }
  return upstreams;
}
