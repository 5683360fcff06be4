import { Kinds, type corev1 } from '@skiff/contracts';
import { widgetKind, widgetResource } from '@skiff/testing';
import { World } from '../testing/world';

describe('Resource quotas', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['resourcequota-controller']);
  });
  afterEach(() => world.stop());

  const quota = async (hard: Record<string, string>, spec: corev1.ResourceQuotaSpec = {}): Promise<void> => {
    await world.client.create<corev1.ResourceQuota>(Kinds.ResourceQuota, {
      metadata: { name: 'q', namespace: 'shop' },
      spec: { hard, ...spec },
    });
    await world.settle();
  };
  const pod = async (name: string, requests: Record<string, string> = {}): Promise<void> => {
    await world.client.create<corev1.Pod>(Kinds.Pod, {
      metadata: { name, namespace: 'shop' },
      spec: { containers: [{ name: 'c', image: 'v1', resources: { requests } }] },
    });
    await world.settle();
  };
  const status = () => world.get(Kinds.ResourceQuota, 'q').status;

  it('say what is used of each limit', async () => {
    await pod('a', { cpu: '250m', memory: '1Gi' });
    await pod('b', { cpu: '1' });
    await world.client.create<corev1.Service>(Kinds.Service, {
      metadata: { name: 's', namespace: 'shop' },
      spec: { type: 'NodePort', ports: [1, 2].map((port) => ({ name: `p${port}`, port })) },
    });
    const hard = {
      'requests.cpu': '4',
      'requests.memory': '8Gi',
      pods: '10',
      'services.nodeports': '5',
      'count/deployments.apps': '1',
      'count/widgets.example.com': '1',
    };
    await quota(hard);
    expect(status()).toEqual({
      hard,
      used: {
        'requests.cpu': '1250m',
        'requests.memory': '1Gi',
        pods: '2',
        'services.nodeports': '2',
        'count/deployments.apps': '0',
      },
    });
  });

  it('are counted again when pods end or go, and some time after they come', async () => {
    await quota({ pods: '10', 'count/pods': '10' });
    await pod('a');
    await pod('b');
    await world.pass(10);
    expect(status()?.used).toEqual({ pods: '2', 'count/pods': '2' });
    await world.report(world.get(Kinds.Pod, 'a'), 'Succeeded', false);
    await world.settle();
    expect(status()?.used).toEqual({ pods: '1', 'count/pods': '2' });
    await world.client.delete(Kinds.Pod, { namespace: 'shop', name: 'b' });
    await world.settle();
    expect(status()?.used).toEqual({ pods: '0', 'count/pods': '1' });
  });

  it('are not counted again because a pod gets a node and runs, while another one is on its way', async () => {
    world.kubelets.clear();
    await quota({ pods: '2' });
    await pod('a');
    await world.pass(10);
    // The API server has admitted a second pod, which no cache shows yet.
    const used = { hard: { pods: '2' }, used: { pods: '2' } };
    await world.client.patch(
      Kinds.ResourceQuota,
      { namespace: 'shop', name: 'q' },
      'merge',
      { status: used },
      { subresource: 'status' },
    );
    await world.client.bindPods([{ metadata: { namespace: 'shop', name: 'a' }, target: { kind: 'Node', name: 'n1' } }]);
    await world.report(world.get(Kinds.Pod, 'a'), 'Running', true);
    await world.settle();
    expect(status()?.used).toEqual({ pods: '2' });
  });

  it('count only what falls into their scopes', async () => {
    await pod('besteffort');
    await pod('burstable', { cpu: '1' });
    await quota({ pods: '10' }, { scopes: ['BestEffort'] });
    expect(status()?.used).toEqual({ pods: '1' });
  });

  it('count the objects of resources that are not built in, as soon as those are served', async () => {
    const widgets = widgetKind('v1');
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget' };
    await quota({ 'count/widgets.example.com': '3' });
    expect(status()?.used).toBeUndefined();
    world.api.install(widgetResource(widgets));
    await world.pass(40);
    expect(status()?.used).toEqual({ 'count/widgets.example.com': '0' });
    for (const name of ['a', 'b'])
      await world.client.create(widgets, { ...widget, metadata: { name, namespace: 'shop' } });
    await world.pass(10);
    expect(status()?.used).toEqual({ 'count/widgets.example.com': '2' });
    await world.client.delete(widgets, { namespace: 'shop', name: 'a' });
    await world.settle();
    expect(status()?.used).toEqual({ 'count/widgets.example.com': '1' });
  });
});
