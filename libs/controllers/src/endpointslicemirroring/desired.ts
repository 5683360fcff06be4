import { isIPv4, isIPv6 } from 'node:net';
import type { corev1, discoveryv1 } from '@skiff/contracts';
import { stableStringify } from '../shared/hash';

export type AddressType = 'IPv4' | 'IPv6';

/** Endpoints of one family that serve the same ports: what becomes a slice. */
export interface Group {
  readonly addressType: AddressType;
  readonly ports: discoveryv1.EndpointPort[];
  readonly endpoints: discoveryv1.Endpoint[];
}

/** What an Endpoints object comes to in slices, and what does not get there. */
export interface Desired {
  readonly groups: ReadonlyMap<string, Group>;
  /** Addresses that are none. */
  readonly invalid: number;
  /** Addresses that are none, or are beyond the limit of their subset. */
  readonly skipped: number;
}

/** An address in its usual form, with its family; undefined for what is no address. */
export function parseAddress(text: string): { readonly address: string; readonly type: AddressType } | undefined {
  const plain = text.replace(/^::ffff:(?=\d+\.)/i, '');
  // Leading zeros are read as decimal, as they were when addresses were first written so.
  if (/^\d+(\.\d+){3}$/.test(plain)) {
    const address = plain.split('.').map(Number).join('.');
    return isIPv4(address) ? { address, type: 'IPv4' } : undefined;
  }
  if (!isIPv6(plain)) return undefined;
  return { address: new URL(`http://[${plain}]`).hostname.slice(1, -1), type: 'IPv6' };
}

/** Slices with the same key hold the same ports of the same family. */
export function groupKey(addressType: string | undefined, ports: readonly discoveryv1.EndpointPort[]): string {
  const sorted = ports
    .map(({ name = '', protocol = 'TCP', port, appProtocol }) => stableStringify({ name, protocol, port, appProtocol }))
    .sort();
  return `${addressType} ${sorted.join()}`;
}

function portsOf({ ports = [] }: corev1.EndpointSubset): discoveryv1.EndpointPort[] {
  return ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol !== undefined && { appProtocol }),
  }));
}

function endpointOf(address: string, source: corev1.EndpointAddress, ready: boolean): discoveryv1.Endpoint {
  const { targetRef, nodeName, hostname } = source;
  return {
    addresses: [address],
    conditions: { ready },
    ...(targetRef && { targetRef }),
    ...(nodeName !== undefined && { nodeName }),
    ...(hostname && { hostname }),
  };
}

/** What an endpoint is, whatever its state. */
function identity({ addresses, hostname, targetRef }: discoveryv1.Endpoint): string {
  return [addresses?.[0], hostname, targetRef?.namespace, targetRef?.name].join('|');
}

/**
 * The slices that mirror an Endpoints object: one for each set of ports and family. Of each
 * subset at most `limit` addresses are taken, the ready ones first.
 * Upstream: pkg/controller/endpointslicemirroring/reconciler.go.
 */
export function desiredGroups({ subsets = [] }: corev1.Endpoints, limit: number): Desired {
  const groups = new Map<string, Group>();
  let [invalid, skipped] = [0, 0];
  for (const subset of subsets) {
    const ports = portsOf(subset);
    const sources = [
      ...(subset.addresses ?? []).map((source) => ({ source, ready: true })),
      ...(subset.notReadyAddresses ?? []).map((source) => ({ source, ready: false })),
    ];
    let taken = 0;
    for (const { source, ready } of sources) {
      if (taken >= limit) break;
      const parsed = parseAddress(source.ip ?? '');
      if (!parsed) {
        invalid += 1;
        continue;
      }
      taken += 1;
      add(groups, parsed.type, ports, endpointOf(parsed.address, source, ready));
    }
    skipped += sources.length - taken;
  }
  return { groups, invalid, skipped };
}

function add(
  groups: Map<string, Group>,
  addressType: AddressType,
  ports: discoveryv1.EndpointPort[],
  endpoint: discoveryv1.Endpoint,
): void {
  const key = groupKey(addressType, ports);
  const group = groups.get(key) ?? { addressType, ports, endpoints: [] };
  groups.set(key, group);
  const at = group.endpoints.findIndex((known) => identity(known) === identity(endpoint));
  if (at < 0) group.endpoints.push(endpoint);
  else group.endpoints[at] = endpoint;
}
