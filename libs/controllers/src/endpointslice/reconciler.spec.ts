import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import { template, World } from '../testing/world';

describe('Endpoints of a Service', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(
      ['endpointslice-controller', 'endpoints-controller', 'deployment-controller', 'replicaset-controller'],
      { maxEndpointsPerSlice: 3 },
    );
  });
  afterEach(() => world.stop());

  async function serve(spec: corev1.ServiceSpec = {}): Promise<void> {
    await world.client.create<corev1.Service>(Kinds.Service, {
      metadata: { name: 's', namespace: 'shop', labels: { tier: 'front' } },
      spec: {
        clusterIP: '10.96.0.7',
        selector: { app: 'web' },
        ports: [{ port: 80, targetPort: 8080, name: 'http' }],
        ...spec,
      },
    });
    await world.settle();
  }

  const slices = (): discoveryv1.EndpointSlice[] => world.client.peekAll(Kinds.EndpointSlice, 'shop');
  const endpoints = (): discoveryv1.Endpoint[] => slices().flatMap((slice) => slice.endpoints ?? []);

  it('show its ready pods as recorded from the original', async () => {
    await world.deploy('w');
    await serve();
    const [slice, ...others] = slices();
    expect(others).toEqual([]);
    expect(slice).toMatchObject({
      metadata: {
        generateName: 's-',
        labels: {
          tier: 'front',
          'kubernetes.io/service-name': 's',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 's', controller: true, blockOwnerDeletion: true }],
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    });
    expect(slice?.metadata?.annotations).toHaveProperty(['endpoints.kubernetes.io/last-change-trigger-time']);
    const [pod] = world.pods();
    expect(slice?.endpoints?.[0]).toEqual({
      addresses: [pod?.status?.podIP],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: 'n1',
      targetRef: { kind: 'Pod', namespace: 'shop', name: pod?.metadata?.name, uid: pod?.metadata?.uid },
    });
    expect(world.get(Kinds.Endpoints, 's').subsets).toMatchObject([
      { addresses: [{ nodeName: 'n1' }, { nodeName: 'n1' }], ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] },
    ]);
  });

  it('tell pods that are not ready, and pods that terminate, from ready ones', async () => {
    await world.deploy('w');
    await serve();
    const [first, second] = world.pods();
    if (!first || !second) throw new Error('there are no pods');
    await world.report(first, 'Running', false);
    await world.settle();
    expect(endpoints().map(({ conditions }) => conditions)).toEqual([
      { ready: false, serving: false, terminating: false },
      { ready: true, serving: true, terminating: false },
    ]);
    expect(world.get(Kinds.Endpoints, 's').subsets?.[0]).toMatchObject({ addresses: [{}], notReadyAddresses: [{}] });
    await world.client.delete(Kinds.Pod, { namespace: 'shop', name: second.metadata?.name ?? '' });
    await world.calm();
    expect(endpoints().map(({ conditions }) => conditions)).toContainEqual({
      ready: false,
      serving: true,
      terminating: true,
    });
  });

  it('fill slices up to their limit, and need few writes to follow a change', async () => {
    await world.deploy('w', { replicas: 7 });
    await serve();
    expect(slices().map((slice) => slice.endpoints?.length)).toEqual([3, 3, 1]);
    const writes: string[] = [];
    world.client.intercept = ({ verb, kind }) => {
      if (kind.kind === 'EndpointSlice') writes.push(verb);
    };
    await world.change(Kinds.Deployment, 'w', { replicas: 8 });
    expect(
      slices()
        .map((slice) => slice.endpoints?.length)
        .sort(),
    ).toEqual([2, 3, 3]);
    expect(writes.filter((verb) => verb === 'create')).toEqual([]);
    await world.change(Kinds.Deployment, 'w', { replicas: 1 });
    expect(endpoints()).toHaveLength(1);
    expect(slices()).toHaveLength(1);
  });

  it('are an empty slice while there is no pod', async () => {
    await serve({ clusterIP: 'None' });
    expect(slices()).toMatchObject([
      { addressType: 'IPv4', metadata: { labels: { 'service.kubernetes.io/headless': '' } } },
    ]);
    expect(endpoints()).toEqual([]);
    const [placeholder] = slices();
    await world.deploy('w', { replicas: 1 });
    expect(slices()).toMatchObject([{ metadata: { uid: placeholder?.metadata?.uid }, ports: [{ port: 8080 }] }]);
    expect(endpoints()).toHaveLength(1);
    await world.change(Kinds.Deployment, 'w', { replicas: 0 });
    expect(slices()).toMatchObject([{ metadata: { uid: placeholder?.metadata?.uid }, endpoints: null, ports: null }]);
  });

  it('resolve named ports on each pod', async () => {
    const containers = [{ name: 'c', image: 'v1', ports: [{ name: 'web', containerPort: 9000, protocol: 'TCP' }] }];
    await world.deploy('w', { replicas: 1, template: { ...template(), spec: { containers } } });
    await serve({ ports: [{ port: 80, targetPort: 'web' }] });
    expect(slices()[0]?.ports).toEqual([{ name: '', port: 9000, protocol: 'TCP' }]);
  });

  it('include pods that are not ready when the Service wants them', async () => {
    await world.deploy('w', { template: template('broken') });
    await serve({ publishNotReadyAddresses: true });
    expect(endpoints().map(({ conditions }) => conditions?.ready)).toEqual([true, true]);
  });

  it('say for which zone and node each ready endpoint is meant, while the Service wants that', async () => {
    await world.addNode('n2', { 'topology.kubernetes.io/zone': 'east' });
    world.place = () => 'n2';
    await world.deploy('w', { replicas: 1 });
    await serve({ trafficDistribution: 'PreferSameZone' });
    expect(endpoints()).toMatchObject([{ zone: 'east', hints: { forZones: [{ name: 'east' }] } }]);
    await world.change(Kinds.Service, 's', { trafficDistribution: 'PreferSameNode' });
    const both = { forZones: [{ name: 'east' }], forNodes: [{ name: 'n2' }] };
    expect(endpoints().map(({ hints }) => hints)).toEqual([both]);
    const [pod] = world.pods();
    if (pod) await world.report(pod, 'Running', false);
    await world.settle();
    expect(endpoints().map(({ hints }) => hints)).toEqual([undefined]);
    if (pod) await world.report(pod, 'Running', true);
    await world.change(Kinds.Service, 's', { trafficDistribution: null });
    expect(endpoints().map(({ hints }) => hints)).toEqual([undefined]);
  });
});
