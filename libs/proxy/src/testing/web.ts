import type { corev1, discoveryv1 } from '@skiff/contracts';
import { silentLogger } from '@skiff/platform';
import { Proxier } from '../nftables/proxier';
import { TestNetwork } from './network';
import { service } from './objects';

/** The ports of the endpoints of `web`. */
export const webPorts: discoveryv1.EndpointPort[] = [
  { name: 'http', port: 8080, protocol: 'TCP' },
  { name: 'udp', port: 8080, protocol: 'UDP' },
];
export const webIp = '10.96.0.50';

/** A Service with a port of each protocol, which are node ports too. */
export function web(spec: corev1.ServiceSpec = {}): corev1.Service {
  const ports: corev1.ServicePort[] = [
    { name: 'http', port: 80, protocol: 'TCP', nodePort: 30080 },
    { name: 'udp', port: 53, protocol: 'UDP', nodePort: 30053 },
  ];
  return service('web', { clusterIP: webIp, ports, ...spec });
}

/** A network with two pods that serve, whose addresses are `one` and `two`, and one that calls. */
export async function webNetwork(name: string): Promise<{ network: TestNetwork; one: string; two: string }> {
  const network = await TestNetwork.create(name);
  const one = await network.addPod('one');
  const two = await network.addPod('two');
  await network.addPod('client');
  await network.serve('one', 8080);
  await network.serve('two', 8080);
  return { network, one, two };
}

/** The proxy of the network's node, before it has done anything. */
export const proxierOf = (network: TestNetwork): Proxier =>
  new Proxier({
    nodeName: 'node-1',
    rules: { clusterCIDR: '10.201.0.0/16' },
    run: network.in('node'),
    logger: silentLogger,
  });
