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
      { name: 'c', ephemeral: {} },
    ],
    resourceClaims: [
      { name: 'gpu', resourceClaimName: 'shared-gpu' },
      { name: 'nic', resourceClaimTemplateName: 'nic' },
    ],
  },
  status: {
    resourceClaimStatuses: [{ name: 'nic', resourceClaimName: 'web-nic-x' }],
    extendedResourceClaimStatus: { resourceClaimName: 'web-extended', requestMappings: [] },
  },
};

const graph = new NodeGraph();
graph.setPod(pod);
graph.setVolume({
  metadata: { name: 'pv' },
  spec: {
    claimRef: { namespace: 'default', name: 'data' },
    csi: {
      driver: 'd',
      volumeHandle: 'v',
      nodeStageSecretRef: { namespace: 'storage', name: 'stage' },
      controllerPublishSecretRef: { namespace: 'storage', name: 'controller' },
    },
  },
});
graph.setVolume({
  metadata: { name: 'files' },
  spec: {
    claimRef: { namespace: 'default', name: 'web-c' },
    azureFile: { secretName: 'azure', shareName: 's' },
  },
});
graph.setAttachment({ metadata: { name: 'attached' }, spec: { attacher: 'a', nodeName: 'one', source: {} } });
graph.setSlice({ metadata: { name: 'devices' }, spec: { driver: 'd', pool: {}, nodeName: 'one' } });
const authorizer = new NodeAuthorizer(graph);

const decide = (node: string, verb: string, what: string, more: Partial<ResourceAttributes> = {}) => {
  const [named = '', subresource = ''] = what.split('/');
  const [resource = '', ...group] = named.split('.');
  return authorizer.authorize({
    user: kubelet(node),
    verb,
    resourceRequest: true,
    apiGroup: group.join('.'),
    apiVersion: 'v1',
    namespace: 'default',
    name: '',
    resource,
    subresource,
    ...more,
  });
};
const refusal = (...question: Parameters<typeof decide>): string | undefined => {
  const { allowed, reason } = decide(...question);
  return allowed ? undefined : reason;
};
const unrelated = "no relationship found between node 'two' and this object";

describe('The Node authorizer', () => {
  it('has nothing to say of who is no node', () => {
    const user = { ...kubelet('one'), groups: [] };
    expect(authorizer.authorize({ user, verb: 'get', resourceRequest: false, path: '/healthz' })).toEqual({
      allowed: false,
      reason: '',
    });
  });

  it('refuses a node without a name', () => {
    expect(refusal('', 'get', 'nodes')).toBe('unknown node for user "system:node:"');
  });

  it.each([
    ['secrets', 'password'],
    ['secrets', 'pull'],
    ['configmaps', 'settings'],
    ['configmaps', 'kube-root-ca.crt'],
    ['persistentvolumeclaims', 'data'],
    ['persistentvolumeclaims', 'web-c'],
    ['persistentvolumes', 'pv'],
    ['resourceclaims.resource.k8s.io', 'shared-gpu'],
    ['resourceclaims.resource.k8s.io', 'web-nic-x'],
    ['resourceclaims.resource.k8s.io', 'web-extended'],
    ['volumeattachments.storage.k8s.io', 'attached'],
    ['serviceaccounts', 'runner'],
    ['pods', 'web'],
    ['resourceslices.resource.k8s.io', 'devices'],
  ])('lets the node that needs it, and no other, get %s %s', (resource, name) => {
    expect(refusal('one', 'get', resource, { name })).toBeUndefined();
    expect(refusal('two', 'get', resource, { name })).toBe(unrelated);
    expect(refusal('one', 'get', resource)).toBe('No Object name found');
  });

  it('lets a node get the secrets with which it mounts a volume, and not those of the controller', () => {
    expect(refusal('one', 'get', 'secrets', { namespace: 'storage', name: 'stage' })).toBeUndefined();
    expect(refusal('one', 'get', 'secrets', { name: 'azure' })).toBeUndefined();
    expect(refusal('two', 'get', 'secrets', { namespace: 'storage', name: 'stage' })).toBe(unrelated);
    expect(decide('one', 'get', 'secrets', { namespace: 'storage', name: 'controller' }).allowed).toBe(false);
  });

  it.each(['secrets', 'configmaps'])('lets a node read %s one by one, and write none', (resource) => {
    const name = resource === 'secrets' ? 'password' : 'settings';
    for (const verb of ['get', 'list', 'watch']) expect(refusal('one', verb, resource, { name })).toBeUndefined();
    expect(refusal('one', 'list', resource)).toBe('No Object name found');
    expect(refusal('one', 'update', resource, { name })).toBe('can only read resources of this type');
    expect(refusal('one', 'get', `${resource}/x`, { name })).toBe('cannot read subresource');
    expect(refusal('one', 'get', resource, { name, namespace: '' })).toBe(
      'can only read namespaced object of this type',
    );
  });

  it.each([
    ['persistentvolumes', 'pv'],
    ['persistentvolumeclaims', 'data'],
    ['volumeattachments.storage.k8s.io', 'attached'],
    ['resourceclaims.resource.k8s.io', 'shared-gpu'],
  ])('lets a node do nothing but get %s', (resource, name) => {
    expect(refusal('one', 'list', resource, { name })).toBe('can only get individual resources of this type');
    expect(refusal('one', 'get', `${resource}/x`, { name })).toBe('cannot get subresource');
  });

  it('lets a node write the status of claims of its pods', () => {
    const status = 'persistentvolumeclaims/status';
    for (const verb of ['update', 'patch']) expect(refusal('one', verb, status, { name: 'data' })).toBeUndefined();
    expect(refusal('one', 'get', status, { name: 'data' })).toBe('can only get/update/patch this type');
    expect(refusal('two', 'patch', status, { name: 'data' })).toBe(unrelated);
  });

  it('lets a node make tokens for the accounts of its pods', () => {
    const token = 'serviceaccounts/token';
    expect(refusal('one', 'create', token, { name: 'runner' })).toBeUndefined();
    expect(refusal('two', 'create', token, { name: 'runner' })).toBe(unrelated);
    expect(decide('one', 'create', token, { name: 'default' }).allowed).toBe(false);
    const words = 'can only create tokens for individual service accounts';
    expect(refusal('one', 'update', token, { name: 'runner' })).toBe(words);
    expect(refusal('one', 'create', token)).toBe(words);
    expect(refusal('one', 'create', 'serviceaccounts', { name: 'runner' })).toBe(
      'can only create token subresource of serviceaccount',
    );
  });

  it('lets a node list and watch its own pods, all of them or one', () => {
    for (const verb of ['list', 'watch']) {
      expect(refusal('one', verb, 'pods', { fieldSelector: 'spec.nodeName=one', namespace: '' })).toBeUndefined();
      expect(refusal('one', verb, 'pods', { name: 'web' })).toBeUndefined();
      expect(refusal('two', verb, 'pods', { name: 'web' })).toBe(unrelated);
      for (const fieldSelector of [undefined, 'spec.nodeName=two', 'spec.nodeName!=one'])
        expect(refusal('one', verb, 'pods', { fieldSelector })).toBe(
          'can only list/watch pods with spec.nodeName field selector',
        );
    }
  });

  it.each(['create pods', 'delete pods', 'update pods/status', 'patch pods/status', 'create pods/eviction'])(
    'lets a node %s, which NodeRestriction limits to its own',
    (what) => {
      const [verb = '', resource = ''] = what.split(' ');
      expect(refusal('one', verb, resource, { name: 'web' })).toBeUndefined();
    },
  );

  it.each([
    'update pods',
    'patch pods',
    'deletecollection pods',
    'get pods/log',
    'create pods/exec',
    'create pods/binding',
  ])('does not let a node %s', (what) => {
    const [verb = '', resource = ''] = what.split(' ');
    expect(refusal('one', verb, resource, { name: 'web' })).toBe('');
  });

  it('lets a node create and change Nodes, which NodeRestriction limits to its own, and read all', () => {
    for (const verb of ['create', 'update', 'patch', 'get', 'list', 'watch'])
      expect(refusal('one', verb, 'nodes', { namespace: '', name: 'one' })).toBeUndefined();
    for (const verb of ['update', 'patch']) expect(refusal('one', verb, 'nodes/status')).toBeUndefined();
    for (const what of ['nodes/proxy', 'nodes/log', 'nodes/stats', 'nodes/metrics'])
      for (const verb of ['get', 'create']) expect(refusal('one', verb, what, { name: 'one' })).toBe('');
    expect(refusal('one', 'delete', 'nodes', { name: 'one' })).toBe('');
  });

  it('lets a node hold its own lease', () => {
    const lease = (verb: string, name: string, namespace = 'kube-node-lease') =>
      refusal('one', verb, 'leases.coordination.k8s.io', { namespace, name });
    for (const verb of ['get', 'update', 'patch', 'delete']) expect(lease(verb, 'one')).toBeUndefined();
    expect(lease('create', '')).toBeUndefined();
    expect(lease('update', 'two')).toBe('can only access node lease with the same name as the requesting node');
    expect(lease('update', 'one', 'default')).toBe('can only access leases in the "kube-node-lease" system namespace');
    expect(lease('list', 'one', 'default')).toBe('can only get, create, update, patch, or delete a node lease');
  });

  it('lets a node write its own CSINode', () => {
    const csiNode = (verb: string, name: string, subresource = '') =>
      refusal('one', verb, 'csinodes.storage.k8s.io', { namespace: '', name, subresource });
    for (const verb of ['get', 'update', 'patch', 'delete']) expect(csiNode(verb, 'one')).toBeUndefined();
    expect(csiNode('create', '')).toBeUndefined();
    expect(csiNode('get', 'two')).toBe('can only access CSINode with the same name as the requesting node');
    expect(csiNode('list', '')).toBe('can only get, create, update, patch, or delete a CSINode');
    expect(csiNode('get', 'one', 'status')).toBe('cannot authorize CSINode subresources');
  });

  it('lets a node write its own ResourceSlices', () => {
    const slices = 'resourceslices.resource.k8s.io';
    expect(refusal('one', 'create', slices)).toBeUndefined();
    for (const verb of ['get', 'update', 'patch', 'delete']) {
      expect(refusal('one', verb, slices, { name: 'devices' })).toBeUndefined();
      expect(refusal('two', verb, slices, { name: 'devices' })).toBe(unrelated);
    }
    for (const verb of ['list', 'watch', 'deletecollection']) {
      expect(refusal('one', verb, slices, { fieldSelector: 'spec.nodeName=one' })).toBeUndefined();
      expect(refusal('one', verb, slices)).toBe(
        'can only list/watch/deletecollection resourceslices with nodeName field selector',
      );
    }
    expect(refusal('one', 'get', `${slices}/x`)).toBe('cannot authorize ResourceSlice subresources');
    expect(refusal('one', 'bind', slices)).toMatch(/^only the following verbs are allowed for a ResourceSlice: /);
  });

  it.each([
    'create tokenreviews.authentication.k8s.io',
    'create subjectaccessreviews.authorization.k8s.io',
    'list services',
    'create events',
    'list csidrivers.storage.k8s.io',
    'watch runtimeclasses.node.k8s.io',
    'create certificatesigningrequests.certificates.k8s.io',
  ])('lets every node %s', (what) => {
    const [verb = '', resource = ''] = what.split(' ');
    expect(refusal('one', verb, resource)).toBeUndefined();
  });

  it('lets a node do nothing beyond', () => {
    expect(refusal('one', 'create', 'deployments.apps')).toBe('');
    expect(refusal('one', 'list', 'namespaces')).toBe('');
    expect(
      authorizer.authorize({ user: kubelet('one'), verb: 'get', resourceRequest: false, path: '/metrics' }),
    ).toEqual({ allowed: false, reason: '' });
  });
});
