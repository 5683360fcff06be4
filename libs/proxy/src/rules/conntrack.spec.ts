import type { corev1 } from '@skiff/contracts';
import { endpoint, service, slice } from '../testing/objects';
import { changesFlows, staleFlows } from './conntrack';
import { resolveServicePorts, type ServicePort } from './service-port';

const nodeAddresses = new Set(['192.0.2.1']);

function dns(addresses: string[], spec: corev1.ServiceSpec = {}, target = 53): ServicePort[] {
  const ports = [{ port: 53, protocol: 'UDP', nodePort: 30053 }];
  const externalIPs = ['198.51.100.7'];
  const endpoints = addresses.map((address) => endpoint(address));
  return resolveServicePorts(
    [service('dns', { clusterIP: '10.96.0.10', ports, externalIPs, ...spec })],
    [slice('dns', [{ name: '', port: target, protocol: 'UDP' }], endpoints)],
    { nodeName: 'node-1' },
  );
}

const flow = (destination: string, port: number, answering: string, from = port, mark = ''): string =>
  `udp      17 29 src=10.0.0.9 dst=${destination} sport=40000 dport=${port} ${mark}src=${answering} dst=10.0.0.9 sport=${from} dport=40000 mark=0 use=1\n`;

/** `destination:port answered by address:port` of each that is stale. */
function stale(listing: string, before: readonly ServicePort[], after: readonly ServicePort[]): string[] {
  return staleFlows(listing, { before, after, nodeAddresses }).map((args) => {
    expect(args.slice(0, 3)).toEqual(['-D', '-p', 'udp']);
    const [, destination, , port, , answering, , from] = args.slice(3);
    return `${destination}:${port} answered by ${answering}:${from}`;
  });
}

const toOne =
  flow('10.96.0.10', 53, '10.0.0.1') + flow('198.51.100.7', 53, '10.0.0.1') + flow('192.0.2.1', 30053, '10.0.0.1', 53);
const past =
  flow('10.96.0.10', 53, '10.96.0.10') +
  flow('198.51.100.7', 53, '198.51.100.7', 53, '[UNREPLIED] ') +
  flow('192.0.2.1', 30053, '192.0.2.1');

it('flows to UDP endpoints that are gone are stale, on every address of the Service', () => {
  const expected = [
    '10.96.0.10:53 answered by 10.0.0.1:53',
    '198.51.100.7:53 answered by 10.0.0.1:53',
    '192.0.2.1:30053 answered by 10.0.0.1:53',
  ];
  expect(stale(toOne, dns(['10.0.0.1', '10.0.0.2']), dns(['10.0.0.2']))).toEqual(expected);
  expect(stale(toOne, dns(['10.0.0.1']), dns([]))).toEqual(expected);
  expect(stale(toOne, dns(['10.0.0.1']), [])).toEqual(expected);
  // While no proxy ran nobody knows what was before.
  expect(stale(toOne, [], dns(['10.0.0.2']))).toEqual(expected);
  expect(stale(toOne, dns(['10.0.0.1']), dns(['10.0.0.1', '10.0.0.2']))).toEqual([]);
});

it('flows that go past a Service are stale once it has endpoints, whatever was before', () => {
  const expected = [
    '10.96.0.10:53 answered by 10.96.0.10:53',
    '198.51.100.7:53 answered by 198.51.100.7:53',
    '192.0.2.1:30053 answered by 192.0.2.1:30053',
  ];
  const one = dns(['10.0.0.1']);
  for (const before of [[], dns([]), dns(['10.0.0.1'], { externalIPs: [] }), one])
    expect(stale(past, before, one)).toEqual(expected);
  expect(stale(past, [], dns([]))).toEqual([]);
});

it('flows to another port of an endpoint are stale', () => {
  expect(stale(flow('10.96.0.10', 53, '10.0.0.1', 53), dns(['10.0.0.1']), dns(['10.0.0.1'], {}, 5353))).toEqual([
    '10.96.0.10:53 answered by 10.0.0.1:53',
  ]);
});

it('flows of a Service that lost an address are stale there', () => {
  const plain = dns(['10.0.0.1'], { externalIPs: [] });
  expect(stale(toOne, dns(['10.0.0.1']), plain)).toEqual(['198.51.100.7:53 answered by 10.0.0.1:53']);
});

it('flows to others are left alone, though their port is that of a node port', () => {
  const others =
    flow('8.8.8.8', 53, '8.8.8.8') + flow('192.0.2.9', 30053, '192.0.2.9') + flow('8.8.8.8', 30053, '9.9.9.9');
  expect(stale(others, [], dns(['10.0.0.1']))).toEqual([]);
});

it('only changes of UDP ports can leave stale flows', () => {
  const tcp = resolveServicePorts([service('web', { clusterIP: '10.96.0.9', ports: [{ port: 80 }] })], [], {
    nodeName: 'n',
  });
  const udp = dns(['10.0.0.1']);
  expect(changesFlows([], tcp)).toBe(false);
  expect(changesFlows(udp, [...udp, ...tcp])).toBe(false);
  expect(changesFlows(udp, dns(['10.0.0.1']))).toBe(true);
  expect(changesFlows(udp, [])).toBe(true);
  expect(changesFlows([], udp)).toBe(true);
});
