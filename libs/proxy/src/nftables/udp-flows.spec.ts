import type { corev1, discoveryv1 } from '@skiff/contracts';
import type { TestNetwork } from '../testing/network';
import { endpoint, slice } from '../testing/objects';
import { proxierOf, web, webIp, webNetwork, webPorts } from '../testing/web';
import type { Proxier } from './proxier';

let network: TestNetwork;
let proxier: Proxier;
let one: string;
let two: string;

beforeAll(async () => {
  ({ network, one, two } = await webNetwork(`flows-${process.pid}`));
});

afterAll(async () => {
  await network.dispose();
});

beforeEach(() => {
  proxier = proxierOf(network);
});

afterEach(async () => {
  await proxier.cleanup();
});

const sync = (spec: corev1.ServiceSpec, ...endpoints: discoveryv1.Endpoint[]): Promise<unknown> =>
  proxier.sync([web(spec)], [slice('web', webPorts, endpoints)]);

it('a UDP flow leaves an endpoint that is gone, and finds one that has come', async () => {
  await sync({}, endpoint(one));
  const flow = network.flow('client', webIp, 53);
  expect(await flow.send()).toBe('one 10.201.1.13');
  await sync({}, endpoint(two));
  expect(await flow.send()).toBe('two 10.201.1.13');
});

it('a UDP flow leaves an endpoint that went away while no proxy ran', async () => {
  await sync({}, endpoint(one));
  const flow = network.flow('client', webIp, 53);
  expect(await flow.send()).toBe('one 10.201.1.13');
  proxier = proxierOf(network);
  await sync({}, endpoint(two));
  expect(await flow.send()).toBe('two 10.201.1.13');
});

it('a UDP flow older than its Service finds it, on a node port and on a cluster IP', async () => {
  const flows = [network.flow('client', webIp, 53), network.flow('outside', '192.0.2.1', 30053)];
  await proxier.sync([], []);
  for (const flow of flows) expect(await flow.send()).not.toMatch(/^one /);
  await sync({}, endpoint(one));
  for (const flow of flows) expect(await flow.send()).toMatch(/^one /);
});

it.each(['the Service', 'its endpoints'])('a UDP flow is found whichever comes first: %s', async (first) => {
  const flow = network.flow('client', webIp, 53);
  await proxier.sync([], []);
  await flow.send();
  const slices = [slice('web', webPorts, [endpoint(one)])];
  await proxier.sync(first === 'the Service' ? [web()] : [], first === 'the Service' ? [] : slices);
  await flow.send();
  await proxier.sync([web()], slices);
  expect(await flow.send()).toMatch(/^one /);
});

it('a UDP flow that goes on finds a Service made anew, an address that is new to it, and another port of its pod', async () => {
  await sync({}, endpoint(one));
  const flow = network.flow('client', webIp, 53);
  const external = network.flow('client', '198.51.100.7', 53);
  expect(await flow.send()).toMatch(/^one /);
  await external.send();
  await proxier.sync([], []);
  expect(await flow.send()).not.toMatch(/^one /);
  await sync({ externalIPs: ['198.51.100.7'] }, endpoint(one));
  for (const each of [flow, external]) expect(await each.send()).toMatch(/^one /);
  const moved = webPorts.map((port) => ({ ...port, port: 8081 }));
  await network.serve('one', 8081);
  await proxier.sync([web()], [slice('web', moved, [endpoint(one)])]);
  expect(await flow.send()).toMatch(/^one /);
  const kept = await network.in('node')('conntrack', ['-L', '-p', 'udp', '--orig-dst', webIp]);
  expect(kept).toContain('sport=8081');
  expect(kept).not.toContain('sport=8080');
});
