import type { corev1 } from '@skiff/contracts';
import { cniConfig } from './cni';
import { networkProblem } from './node-conditions';
import { nodeStatus, nodeStatusPatch, statusChanged, type NodeFacts } from './node-object';
import { podRoutes } from './routes';

const facts: NodeFacts = {
  name: 'n1',
  ips: ['192.0.2.1'],
  labels: {},
  taints: [],
  port: 10250,
  cpuCount: 2,
  memoryBytes: 2 ** 30,
  storageBytes: 1e9,
  maxPods: 110,
  architecture: 'amd64',
  system: {},
};
const health = {
  runtime: { runtimeReady: true, networkReady: true, reason: '', message: '' },
  runtimeError: undefined,
  sandboxProblem: undefined,
  memoryAvailableBytes: 1e9,
  storageAvailableFraction: 0.5,
  images: [],
};
const node = (name: string, podCIDR: string, address: string): corev1.Node => ({
  metadata: { name },
  spec: { podCIDR, podCIDRs: [podCIDR] },
  status: { addresses: [{ type: 'InternalIP', address }] },
});

describe('a node', () => {
  it('is not ready until its pods have a network, and says why', () => {
    const runtime = {
      runtimeReady: true,
      networkReady: false,
      reason: 'NetworkPluginNotReady',
      message: 'cni plugin not initialized',
    };
    const ready = nodeStatus(facts, { ...health, runtime }, undefined, 0).conditions?.at(-1);
    expect(ready).toMatchObject({
      type: 'Ready',
      status: 'False',
      reason: 'KubeletNotReady',
      message:
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized',
    });
    expect(networkProblem(health.runtime)).toBeUndefined();
  });

  it('reports only what changed, not the time of a heartbeat', () => {
    const first = nodeStatus(facts, health, undefined, 0);
    const later = nodeStatus(facts, health, first, 60_000);
    expect(statusChanged(first, later)).toBe(false);
    expect(later.conditions?.map((c) => c.lastTransitionTime)).toEqual(
      first.conditions?.map((c) => c.lastTransitionTime),
    );
    expect(statusChanged(first, nodeStatus(facts, { ...health, memoryAvailableBytes: 0 }, first, 0))).toBe(true);
  });

  it('lets pods have what others added to its capacity, until they take it away again', () => {
    const first = nodeStatus(facts, health, undefined, 0);
    const added = { ...first, capacity: { ...first.capacity, 'example.com/dongle': '4', cpu: '64' } };
    const later = nodeStatus(facts, health, added, 0);
    expect(later.capacity).toMatchObject({ 'example.com/dongle': '4', cpu: '2' });
    expect(later.allocatable).toMatchObject({ 'example.com/dongle': '4', cpu: '2' });
    expect(statusChanged(first, later)).toBe(true);

    const removed = { ...later, capacity: first.capacity };
    const last = nodeStatus(facts, health, removed, 0);
    expect(last.allocatable).toEqual(first.allocatable);
    expect(nodeStatusPatch(removed, last).status.allocatable).toEqual({
      ...first.allocatable,
      'example.com/dongle': null,
    });
  });

  it('routes to the pods of the other nodes', () => {
    const nodes = [
      node('n1', '10.244.0.0/24', '192.0.2.1'),
      node('n2', '10.244.1.0/24', '192.0.2.2'),
      { metadata: { name: 'n3' } },
    ];
    expect(podRoutes(nodes, 'n1')).toEqual([{ destination: '10.244.1.0/24', via: '192.0.2.2' }]);
  });

  it('gives its pods addresses of its own range', () => {
    const config = JSON.parse(
      cniConfig({ podCidrs: ['10.244.1.0/24'], bridge: 'cni0', dataDirectory: '/d', mtu: 1400 }),
    ) as {
      plugins: [{ bridge: string; mtu: number; ipam: { ranges: unknown } }];
    };
    expect(config.plugins[0]).toMatchObject({
      bridge: 'cni0',
      mtu: 1400,
      ipam: { ranges: [[{ subnet: '10.244.1.0/24' }]] },
    });
  });
});
