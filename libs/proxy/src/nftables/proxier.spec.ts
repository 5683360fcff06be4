import type { corev1, discoveryv1 } from '@skiff/contracts';
import { eventually } from '@skiff/testing';
import type { TestNetwork } from '../testing/network';
import { endpoint, service, slice } from '../testing/objects';
import { proxierOf, web, webIp, webNetwork, webPorts } from '../testing/web';
import type { Proxier } from './proxier';

let network: TestNetwork;
let proxier: Proxier;
let one: string;
let two: string;

beforeAll(async () => {
  ({ network, one, two } = await webNetwork(`proxy-${process.pid}`));
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

const servers = (answers: readonly string[]): string[] =>
  [...new Set(answers.map((each) => each.split(' ')[0] ?? ''))].sort();
const callers = (answers: readonly string[]): string[] => [...new Set(answers.map((each) => each.split(' ')[1] ?? ''))];

it('a cluster IP spreads TCP and UDP over the endpoints, and they see the pod that calls', async () => {
  await sync({}, endpoint(one), endpoint(two));
  for (const [protocol, port] of [
    ['tcp', 80],
    ['udp', 53],
  ] as const) {
    const answers = await network.call('client', { protocol, host: webIp, port, count: 24 });
    expect(servers(answers)).toEqual(['one', 'two']);
    expect(callers(answers)).toEqual(['10.201.1.13']);
  }
});

it('the node itself and the outside reach a cluster IP, from outside with the address of the node', async () => {
  await sync({}, endpoint(one));
  expect(servers(await network.call('node', { protocol: 'tcp', host: webIp, port: 80 }))).toEqual(['one']);
  expect(await network.call('outside', { protocol: 'tcp', host: webIp, port: 80 })).toEqual(['one 10.201.1.1']);
});

it('a node port answers on the addresses of the node, and masquerades', async () => {
  await sync({}, endpoint(one), endpoint(two));
  const answers = await network.call('outside', { protocol: 'tcp', host: '192.0.2.1', port: 30080, count: 24 });
  expect(servers(answers)).toEqual(['one', 'two']);
  expect(callers(answers)).toEqual(['10.201.1.1']);
  expect(servers(await network.call('client', { protocol: 'udp', host: '10.201.1.1', port: 30053 }))).not.toEqual([
    'SILENCE',
  ]);
});

it('the node reaches its own node ports', async () => {
  await sync({}, endpoint(one));
  expect(servers(await network.call('node', { protocol: 'tcp', host: '192.0.2.1', port: 30080 }))).toEqual(['one']);
});

it('a Service whose endpoint is the node itself answers pods and processes of the node, as DNS does', async () => {
  await network.serve('node', 5353, '192.0.2.1');
  const dns = service('dns', {
    clusterIP: '10.96.0.10',
    internalTrafficPolicy: 'Local',
    ports: [
      { name: 'udp', port: 53, protocol: 'UDP' },
      { name: 'tcp', port: 53, protocol: 'TCP' },
    ],
  });
  const ports = ['udp', 'tcp'].map((name) => ({ name, port: 5353, protocol: name.toUpperCase() }));
  await proxier.sync([dns], [slice('dns', ports, [endpoint('192.0.2.1'), endpoint('192.0.2.9', {}, 'node-2')])]);
  for (const protocol of ['udp', 'tcp'] as const) {
    const call = { protocol, host: '10.96.0.10', port: 53, count: 4 };
    expect(new Set(await network.call('client', call))).toEqual(new Set(['node 10.201.1.13']));
    expect(servers(await network.call('node', call))).toEqual(['node']);
  }
});

it('external IPs and load balancer addresses lead to the endpoints', async () => {
  const balanced = {
    ...web({ externalIPs: ['198.51.100.7'] }),
    status: { loadBalancer: { ingress: [{ ip: '198.51.100.8' }] } },
  };
  await proxier.sync([balanced], [slice('web', webPorts, [endpoint(one)])]);
  for (const host of ['198.51.100.7', '198.51.100.8']) {
    expect(await network.call('outside', { protocol: 'tcp', host, port: 80 })).toEqual(['one 10.201.1.1']);
  }
});

it('an endpoint reaches itself through its Service', async () => {
  await sync({}, endpoint(one));
  expect(await network.call('one', { protocol: 'tcp', host: webIp, port: 80 })).toEqual(['one 10.201.1.1']);
});

it('client IP affinity keeps a client at one endpoint', async () => {
  await sync(
    { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
    endpoint(one),
    endpoint(two),
  );
  const answers = await network.call('client', { protocol: 'tcp', host: webIp, port: 80, count: 16 });
  expect(servers(answers)).toHaveLength(1);
  const [kept] = servers(answers);
  await sync(
    { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
    endpoint(kept === 'one' ? two : one),
  );
  expect(servers(await network.call('client', { protocol: 'tcp', host: webIp, port: 80 }))).not.toEqual([kept]);
});

it('a Service without endpoints refuses at once, from pods, node and outside, also on its node port', async () => {
  await sync({});
  const refused = ['ECONNREFUSED'];
  expect(await network.call('client', { protocol: 'tcp', host: webIp, port: 80 })).toEqual(refused);
  expect(await network.call('client', { protocol: 'udp', host: webIp, port: 53 })).toEqual(refused);
  expect(await network.call('node', { protocol: 'tcp', host: webIp, port: 80 })).toEqual(refused);
  expect(await network.call('outside', { protocol: 'tcp', host: '192.0.2.1', port: 30080 })).toEqual(refused);
});

it('a port that the Service does not have is refused on its cluster IP', async () => {
  await sync({}, endpoint(one));
  expect(await network.call('client', { protocol: 'tcp', host: webIp, port: 81 })).toEqual(['ECONNREFUSED']);
});

it('endpoints that are not ready get nothing; those that terminate serve when none is ready', async () => {
  await sync({}, endpoint(one), endpoint(two, { ready: false, serving: true, terminating: true }));
  expect(servers(await network.call('client', { protocol: 'tcp', host: webIp, port: 80, count: 16 }))).toEqual(['one']);
  await sync(
    {},
    endpoint(one, { ready: false, serving: false }),
    endpoint(two, { ready: false, serving: true, terminating: true }),
  );
  expect(servers(await network.call('client', { protocol: 'tcp', host: webIp, port: 80, count: 4 }))).toEqual(['two']);
  // One that says it serves, neither ready nor terminating, is none of those.
  await sync({}, endpoint(two, { ready: false, serving: true }));
  expect(await network.call('client', { protocol: 'tcp', host: webIp, port: 80 })).toEqual(['ECONNREFUSED']);
});

it('internal traffic policy Local stays on the node, or is dropped', async () => {
  await sync({ internalTrafficPolicy: 'Local' }, endpoint(one), endpoint(two, {}, 'node-2'));
  expect(servers(await network.call('client', { protocol: 'tcp', host: webIp, port: 80, count: 16 }))).toEqual(['one']);
  await sync({ internalTrafficPolicy: 'Local' }, endpoint(two, {}, 'node-2'));
  expect(await network.call('client', { protocol: 'tcp', host: webIp, port: 80 })).toEqual(['SILENCE']);
});

it('external traffic policy Local keeps the address of the client and drops what has no endpoint here', async () => {
  await sync({ externalTrafficPolicy: 'Local' }, endpoint(one), endpoint(two, {}, 'node-2'));
  const nodePort = { protocol: 'tcp', host: '192.0.2.1', port: 30080 } as const;
  expect(new Set(await network.call('outside', { ...nodePort, count: 8 }))).toEqual(new Set(['one 192.0.2.2']));
  expect(servers(await network.call('client', { ...nodePort, count: 24 }))).toEqual(['one', 'two']);
  await sync({ externalTrafficPolicy: 'Local' }, endpoint(two, {}, 'node-2'));
  expect(await network.call('outside', nodePort)).toEqual(['SILENCE']);
});

it('updates are incremental: connections to other Services and their affinity go on', async () => {
  const other = service('other', { clusterIP: '10.96.0.51', ports: [{ port: 80 }], sessionAffinity: 'ClientIP' });
  const others = slice('other', [{ name: '', port: 8080, protocol: 'TCP' }], [endpoint(one), endpoint(two)]);
  expect((await proxier.sync([other], [others])).table).toBe('full');
  const [before] = await network.call('client', { protocol: 'tcp', host: '10.96.0.51', port: 80 });
  expect(
    (await proxier.sync([other, web()], [others, slice('web', webPorts, [endpoint(one), endpoint(two)])])).table,
  ).toBe('incremental');
  expect((await proxier.sync([other, web()], [others, slice('web', webPorts, [endpoint(two)])])).table).toBe(
    'incremental',
  );
  expect(servers(await network.call('client', { protocol: 'tcp', host: webIp, port: 80, count: 8 }))).toEqual(['two']);
  expect((await proxier.sync([other], [others])).table).toBe('incremental');
  expect((await proxier.sync([other], [others])).table).toBe('unchanged');
  const after = await network.call('client', { protocol: 'tcp', host: '10.96.0.51', port: 80, count: 8 });
  expect(new Set(after)).toEqual(new Set([before]));
  const listed = await network.in('node')('nft', ['list', 'table', 'ip', 'skiff-proxy']);
  expect(listed).not.toContain('default/web');
});

it('what somebody else did to the table is put right', async () => {
  await sync({}, endpoint(one));
  await network.in('node')('nft', ['delete', 'table', 'ip', 'skiff-proxy']);
  await proxier.verify();
  expect((await proxier.sync([web()], [slice('web', webPorts, [endpoint(one)])])).table).toBe('full');
  await network.in('node')('nft', ['flush', 'map', 'ip', 'skiff-proxy', 'service-ips']);
  expect((await proxier.sync([], [])).table).toBe('full');
  await sync({}, endpoint(two));
  expect(servers(await network.call('client', { protocol: 'tcp', host: webIp, port: 80 }))).toEqual(['two']);
});

it('a rule tells which Service it serves', async () => {
  await sync({}, endpoint(one));
  const listed = await network.in('node')('nft', ['list', 'map', 'ip', 'skiff-proxy', 'service-ips']);
  expect(listed).toContain(`${webIp} . tcp . 80 comment "default/web:http"`);
  const explanation = proxier.explain({ address: '192.0.2.1', protocol: 'udp', port: 30053 }, true);
  expect(explanation).toMatchObject({
    service: 'default/web:udp',
    via: 'node port',
    endpoints: [{ address: one, port: 8080 }],
  });
  expect(explanation?.rules).toContainEqual(
    expect.stringMatching(/^@service-nodeports \{ udp \. 30053 : goto external-/),
  );
});

it('traffic stays in the zone of the node, or on the node itself, when every endpoint has hints', async () => {
  const hinted = (address: string, hints: discoveryv1.EndpointHints): discoveryv1.Endpoint => ({
    ...endpoint(address),
    hints,
  });
  const call = { protocol: 'tcp', host: webIp, port: 80, count: 16 } as const;
  const near = { forZones: [{ name: 'a' }] };
  const far = { forZones: [{ name: 'b' }] };
  await sync({}, hinted(one, near), hinted(two, far));
  expect(servers(await network.call('client', call))).toEqual(['one', 'two']);
  proxier.setZone('b');
  await sync({}, hinted(one, near), hinted(two, far));
  expect(servers(await network.call('client', call))).toEqual(['two']);
  // Without hints on one of them, and in a zone that none is meant for, all serve.
  await sync({}, endpoint(one), hinted(two, far));
  expect(servers(await network.call('client', call))).toEqual(['one', 'two']);
  proxier.setZone('c');
  await sync({}, hinted(one, near), hinted(two, far));
  expect(servers(await network.call('client', call))).toEqual(['one', 'two']);
  // Hints for nodes go before those for zones.
  proxier.setZone('b');
  const here = { ...near, forNodes: [{ name: 'node-1' }] };
  await sync({}, hinted(one, here), hinted(two, { ...far, forNodes: [{ name: 'node-2' }] }));
  expect(servers(await network.call('client', call))).toEqual(['one']);
});

it('client IP affinity ends when the client has been away for its timeout', async () => {
  const affine = { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } } };
  await sync(affine, endpoint(one), endpoint(two));
  const sets = async (): Promise<string> =>
    affinitySets(await network.in('node')('nft', ['list', 'table', 'ip', 'skiff-proxy']));
  expect(servers(await network.call('client', { protocol: 'tcp', host: webIp, port: 80, count: 8 }))).toHaveLength(1);
  // The kernel forgets a client by itself; until then it lists it as an element.
  expect(await sets()).toMatch(/^\t\ttimeout 1s$/m);
  await eventually(async () => !(await sets()).includes('elements ='));
});

/** What a listing of the table says of the sets that remember clients. */
const affinitySets = (listing: string): string =>
  [...listing.matchAll(/^\tset affinity-[^]*?^\t}/gm)].map(([text]) => text).join('\n');
