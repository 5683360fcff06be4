import type { corev1 } from '@skiff/contracts';
import type { UserInfo } from '../../user';
import type { ResourceAttributes } from '../attributes';
import { NodeAuthorizer } from './node-authorizer';
import { NodeGraph } from './node-graph';

const kubelet = (node: string): UserInfo => ({
  name: `system:node:${node}`,
  uid: '',
  groups: ['system:nodes'],
  extra: {},
});
const pod: corev1.Pod = {
  metadata: { namespace: 'default', name: 'web' },
  spec: {
    nodeName: 'one',
    serviceAccountName: 'runner',
    imagePullSecrets: [{ name: 'pull' }],
    containers: [
      {
        name: 'c',
        envFrom: [{ configMapRef: { name: 'settings' } }],
        env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'password', key: 'p' } } }],
      },
    ],
    volumes: [
      { name: 'a', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } },
      { name: 'b', persistentVolumeClaim: { claimName: 'data' } },
    ],
  },
};

describe('NodeAuthorizer', () => {
  const graph = new NodeGraph();
  graph.setPod(pod);
  graph.setVolume({ metadata: { name: 'pv' }, spec: { claimRef: { namespace: 'default', name: 'data' } } });
  const authorizer = new NodeAuthorizer(graph);
  const decide = (node: string, verb: string, what: string, more: Partial<ResourceAttributes> = {}) => {
    const [resource = '', subresource = ''] = what.split('/');
    const attributes = {
      apiGroup: '',
      apiVersion: 'v1',
      namespace: 'default',
      name: '',
      resource,
      subresource,
      ...more,
    };
    return authorizer.authorize({ user: kubelet(node), verb, resourceRequest: true, ...attributes });
  };

  test.each([
    ['secrets', 'password'],
    ['secrets', 'pull'],
    ['configmaps', 'settings'],
    ['configmaps', 'kube-root-ca.crt'],
    ['persistentvolumeclaims', 'data'],
    ['persistentvolumes', 'pv'],
    ['pods', 'web'],
  ])('lets the node of a pod, and no other, read %s %s', (resource, name) => {
    expect(decide('one', 'get', resource, { name }).allowed).toBe(true);
    expect(decide('two', 'get', resource, { name })).toEqual({
      allowed: false,
      reason: "no relationship found between node 'two' and this object",
    });
  });

  test('does not let a node read what no pod of it names, or all of a kind', () => {
    expect(decide('one', 'get', 'secrets', { name: 'other' }).allowed).toBe(false);
    expect(decide('one', 'list', 'secrets')).toEqual({ allowed: false, reason: 'No Object name found' });
    expect(decide('one', 'watch', 'secrets', { fieldSelector: 'metadata.name=password' }).allowed).toBe(true);
    expect(decide('one', 'update', 'secrets', { name: 'password' }).allowed).toBe(false);
  });

  test('lets a node list its own pods only', () => {
    expect(decide('one', 'list', 'pods', { fieldSelector: 'spec.nodeName=one' }).allowed).toBe(true);
    expect(decide('one', 'list', 'pods', { fieldSelector: 'spec.nodeName=two' }).allowed).toBe(false);
    expect(decide('one', 'watch', 'pods').reason).toBe('can only list/watch pods with spec.nodeName field selector');
  });

  test('lets a node make tokens for the accounts of its pods only', () => {
    expect(decide('one', 'create', 'serviceaccounts/token', { name: 'runner' }).allowed).toBe(true);
    expect(decide('two', 'create', 'serviceaccounts/token', { name: 'runner' }).allowed).toBe(false);
    expect(decide('one', 'create', 'serviceaccounts/token', { name: 'default' }).allowed).toBe(false);
  });

  test('lets a node hold its own lease only', () => {
    const lease = (name: string, namespace: string) =>
      decide('one', 'update', 'leases', { apiGroup: 'coordination.k8s.io', namespace, name });
    expect(lease('one', 'kube-node-lease').allowed).toBe(true);
    expect(lease('two', 'kube-node-lease').reason).toBe(
      'can only access node lease with the same name as the requesting node',
    );
    expect(lease('one', 'default').reason).toBe('can only access leases in the "kube-node-lease" system namespace');
  });

  test('lets a node report status, and do nothing beyond', () => {
    expect(decide('one', 'patch', 'nodes/status', { namespace: '', name: 'one' }).allowed).toBe(true);
    expect(decide('one', 'create', 'events').allowed).toBe(true);
    expect(decide('one', 'create', 'deployments', { apiGroup: 'apps' })).toEqual({ allowed: false, reason: '' });
    expect(decide('', 'get', 'nodes').reason).toBe('unknown node for user "system:node:"');
  });

  test('forgets a deleted pod', () => {
    graph.setPod({
      ...pod,
      metadata: { ...pod.metadata, name: 'gone' },
      spec: { ...pod.spec, imagePullSecrets: [{ name: 'last' }] },
    } as corev1.Pod);
    expect(decide('one', 'get', 'secrets', { name: 'last' }).allowed).toBe(true);
    graph.deletePod('default', 'gone');
    expect(decide('one', 'get', 'secrets', { name: 'last' }).allowed).toBe(false);
    expect(decide('one', 'get', 'secrets', { name: 'password' }).allowed).toBe(true);
  });
});
