import type { Client } from '@skiff/client';
import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import { World } from '../testing/world';
import { parseAddress } from './desired';

describe('Endpoints of a Service without a selector', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['endpointslice-mirroring-controller'], { mirroringMaxEndpointsPerSubset: 3 });
  });
  afterEach(() => world.stop());

  const service = async (spec: corev1.ServiceSpec = {}): Promise<void> => {
    await world.client.create<corev1.Service>(Kinds.Service, {
      metadata: { name: 'outside', namespace: 'shop' },
      spec: { ports: [{ port: 80 }], ...spec },
    });
    await world.settle();
  };
  const endpoints = async (
    subsets: corev1.EndpointSubset[],
    metadata: corev1.Endpoints['metadata'] = {},
  ): Promise<void> => {
    await world.client.create<corev1.Endpoints>(Kinds.Endpoints, {
      metadata: { name: 'outside', namespace: 'shop', ...metadata },
      subsets,
    });
    await world.settle();
  };
  const change = async (patch: unknown): Promise<void> => {
    await world.client.patch(Kinds.Endpoints, { namespace: 'shop', name: 'outside' }, 'merge', patch);
    await world.settle();
  };
  const slices = (): discoveryv1.EndpointSlice[] => world.client.peekAll(Kinds.EndpointSlice, 'shop');
  const addresses = (): string[][] =>
    slices().map((slice) => (slice.endpoints ?? []).map((endpoint) => (endpoint.addresses ?? []).join()));
  const one: corev1.EndpointSubset = { addresses: [{ ip: '172.31.30.77' }], ports: [{ port: 6443 }] };

  it('are mirrored into a slice that its users find', async () => {
    await service();
    await endpoints([{ ...one, notReadyAddresses: [{ ip: '172.31.30.78', hostname: 'b', nodeName: 'n1' }] }], {
      labels: { app: 'x' },
      annotations: { note: 'y', 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
    });
    const { uid } = world.get(Kinds.Endpoints, 'outside').metadata ?? {};
    expect(slices()).toMatchObject([
      {
        metadata: {
          labels: {
            app: 'x',
            'kubernetes.io/service-name': 'outside',
            'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
          },
          annotations: { note: 'y' },
          ownerReferences: [{ apiVersion: 'v1', kind: 'Endpoints', name: 'outside', uid, controller: true }],
        },
        addressType: 'IPv4',
        ports: [{ name: '', port: 6443, protocol: 'TCP' }],
        endpoints: [
          { addresses: ['172.31.30.77'], conditions: { ready: true } },
          { addresses: ['172.31.30.78'], conditions: { ready: false }, hostname: 'b', nodeName: 'n1' },
        ],
      },
    ]);
    expect(slices()[0]?.metadata?.annotations).toEqual({ note: 'y' });
    expect(slices()[0]?.metadata?.name).toMatch(/^outside-/);
  });

  it('have a slice for each set of ports and each family', async () => {
    await service();
    await endpoints([
      { addresses: [{ ip: '10.0.0.1' }, { ip: '2001:db8::1' }], ports: [{ port: 80 }] },
      { addresses: [{ ip: '10.0.0.2' }], ports: [{ port: 80 }] },
      { addresses: [{ ip: '10.0.0.3' }], ports: [{ port: 81, name: 'other' }] },
    ]);
    expect(addresses()).toEqual([['10.0.0.1', '10.0.0.2'], ['2001:db8::1'], ['10.0.0.3']]);
  });

  it('are followed, in the slice that is there', async () => {
    await service();
    await endpoints([one]);
    const [before] = slices();
    await change({
      subsets: [{ addresses: [{ ip: '10.0.0.9' }], ports: [{ port: 1 }] }],
      metadata: { labels: { a: 'b' } },
    });
    expect(addresses()).toEqual([['10.0.0.9']]);
    expect(slices()[0]?.metadata?.name).toBe(before?.metadata?.name);
    expect(slices()[0]?.ports).toMatchObject([{ port: 1 }]);
    expect(slices()[0]?.metadata?.labels).toMatchObject({ a: 'b' });
    await change({ subsets: [] });
    expect(slices()).toEqual([]);
  });

  it('are restored when somebody changes or deletes their slice', async () => {
    await service();
    await endpoints([one]);
    const key = { namespace: 'shop', name: slices()[0]?.metadata?.name ?? '' };
    await world.client.patch(Kinds.EndpointSlice, key, 'merge', { endpoints: [] });
    await world.settle();
    expect(addresses()).toEqual([['172.31.30.77']]);
    await world.client.delete(Kinds.EndpointSlice, key);
    await world.settle();
    expect(addresses()).toEqual([['172.31.30.77']]);
  });

  it('are mirrored up to a limit, without what is no address, and events say so', async () => {
    await service();
    world.client.watch = nonsensical(world.client.watch.bind(world.client));
    world.client.breakWatches();
    await world.clock.advance(2_000);
    const ips = ['10.0.0.1', '10.9.9.9', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
    await endpoints([{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 80 }] }]);
    expect(addresses()).toEqual([['10.0.0.1', '10.0.0.2', '10.0.0.3']]);
    expect(world.events('outside')).toEqual([
      'Warning InvalidIPAddress Skipped 1 invalid IP addresses when mirroring to EndpointSlices',
      'Warning TooManyAddressesToMirror A max of 3 addresses can be mirrored to EndpointSlices per Endpoints subset. 2 addresses were skipped',
    ]);
  });

  it.each([
    ['with the label that forbids it', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }],
    ['that elect a leader', { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }],
  ])('%s are not mirrored', async (_what, metadata) => {
    await service();
    await endpoints([one], metadata);
    expect(slices()).toEqual([]);
  });

  it('lose their slices with the Service, with its selector, and with themselves', async () => {
    await endpoints([one]);
    expect(slices()).toEqual([]);
    await service();
    expect(slices()).toHaveLength(1);
    await world.change(Kinds.Service, 'outside', { selector: { app: 'web' } });
    expect(slices()).toEqual([]);
    await world.change(Kinds.Service, 'outside', { selector: null });
    expect(slices()).toHaveLength(1);
    await world.client.delete(Kinds.Service, { namespace: 'shop', name: 'outside' });
    await world.settle();
    expect(slices()).toEqual([]);
    await service();
    await world.client.delete(Kinds.Endpoints, { namespace: 'shop', name: 'outside' });
    await world.settle();
    expect(slices()).toEqual([]);
  });

  /** An address that was stored when nobody looked at it: the API server takes no such any more. */
  function nonsensical(watch: Client['watch']): Client['watch'] {
    return async function* (kind, options) {
      for await (const event of watch(kind, options))
        yield JSON.parse(JSON.stringify(event).replace('10.9.9.9', 'nonsense')) as typeof event;
    };
  }

  it.each([
    ['010.000.0.1', { address: '10.0.0.1', type: 'IPv4' }],
    ['::ffff:10.0.0.1', { address: '10.0.0.1', type: 'IPv4' }],
    ['2001:DB8:0:0::1', { address: '2001:db8::1', type: 'IPv6' }],
    ['10.0.0.256', undefined],
    ['a.b.c.d', undefined],
    ['', undefined],
  ])('read the address %j as the original does', (text, expected) => {
    expect(parseAddress(text)).toEqual(expected);
  });
});
