import type { corev1 } from '@skiff/contracts';
import { NodeGraph } from './node-graph';

const metadata = { namespace: 'default', name: 'web' };
const spec = { nodeName: 'one', imagePullSecrets: [{ name: 'pull' }] };
const debug = {
  name: 'debug',
  image: 'i',
  env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'late', key: 'p' } } }],
};

describe('The graph of nodes and what their pods refer to', () => {
  let graph: NodeGraph;
  beforeEach(() => {
    graph = new NodeGraph();
    graph.setPod({ metadata, spec });
  });
  const reads = (secret: string): boolean => graph.refersTo('one', 'secrets', 'default', secret);

  it('learns what an ephemeral container refers to that joins a running pod', () => {
    expect(reads('late')).toBe(false);
    graph.setPod({ metadata, spec: { ...spec, ephemeralContainers: [debug] } });
    expect([reads('late'), reads('pull')]).toEqual([true, true]);
  });

  it('learns the claims that are made for a running pod', () => {
    const claimed = { ...spec, resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 't' }] };
    graph.setPod({ metadata, spec: claimed });
    const claim = (): boolean => graph.refersTo('one', 'resourceclaims', 'default', 'web-gpu-x');
    expect(claim()).toBe(false);
    const status = { resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: 'web-gpu-x' }] };
    graph.setPod({ metadata, spec: claimed, status });
    expect(claim()).toBe(true);
  });

  it('forgets what a pod refers to no more, and what a deleted pod did', () => {
    graph.setPod({ metadata: { ...metadata, name: 'other' }, spec });
    graph.setPod({ metadata, spec: { nodeName: 'one' } });
    expect(reads('pull')).toBe(true);
    graph.deletePod('default', 'other');
    expect(reads('pull')).toBe(false);
    expect(graph.runsPod('one', 'default', 'web')).toBe(true);
    graph.deletePod('default', 'web');
    expect(graph.runsPod('one', 'default', 'web')).toBe(false);
  });

  it('grants a node nothing for a mirror pod, which it makes itself', () => {
    const annotations = { 'kubernetes.io/config.mirror': 'hash' };
    const mirror: corev1.Pod = { metadata: { ...metadata, name: 'mirror', annotations }, spec };
    graph.deletePod('default', 'web');
    graph.setPod(mirror);
    expect(reads('pull')).toBe(false);
    expect(graph.runsPod('one', 'default', 'mirror')).toBe(true);
  });

  it('forgets the secrets of a volume that changes or goes', () => {
    graph.setPod({
      metadata,
      spec: { nodeName: 'one', volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] },
    });
    const volume = (secret: string): corev1.PersistentVolume => ({
      metadata: { name: 'pv' },
      spec: {
        claimRef: { namespace: 'default', name: 'data' },
        csi: { driver: 'd', volumeHandle: 'v', nodePublishSecretRef: { name: secret } },
      },
    });
    graph.setVolume(volume('first'));
    expect(reads('first')).toBe(true);
    graph.setVolume(volume('second'));
    expect([reads('first'), reads('second')]).toEqual([false, true]);
    graph.deleteVolume('pv');
    expect(reads('second')).toBe(false);
  });
});
