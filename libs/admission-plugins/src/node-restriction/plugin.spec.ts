import { execFileSync } from 'node:child_process';
import { Kinds, type corev1 } from '@skiff/contracts';
import type { UserInfo } from '@skiff/api-server/admission';
import { admit, readerOf, requestFor, type RequestOptions } from '../testing';
import { nodeRestriction } from './plugin';

const kubelet = (name: string): UserInfo => ({
  name: `system:node:${name}`,
  uid: '',
  groups: ['system:nodes'],
  extra: {},
});
const metadata = { name: 'mine', namespace: 'default', uid: 'u' };
const runsHere = { metadata, spec: { nodeName: 'one' } };
const reader = readerOf(
  [Kinds.Node, { metadata: { name: 'one', uid: 'node-uid' } }],
  [Kinds.Pod, runsHere],
  [Kinds.Pod, { metadata: { ...metadata, name: 'theirs' }, spec: { nodeName: 'two' } }],
);
const plugin = nodeRestriction({ reader, authorizer: { authorize: () => ({ allowed: false, reason: '' }) } });
const as = (resource: string, object: object | undefined, more: RequestOptions = {}): Promise<object | undefined> =>
  admit(plugin, requestFor(resource, object, { userInfo: kubelet('one'), ...more }));
const update = (resource: string, oldObject: object, object: object, more: RequestOptions = {}) =>
  as(resource, object, { operation: 'UPDATE', oldObject, name: 'one', ...more });
const remove = (resource: string, oldObject: object | undefined, more: RequestOptions = {}) =>
  as(resource, undefined, { operation: 'DELETE', oldObject, ...more });

describe('NodeRestriction', () => {
  it('does not concern others than nodes', () => admit(plugin, requestFor('nodes', { metadata: { name: 'two' } })));

  it('refuses whoever is a node without a name', () =>
    expect(as('configmaps', {}, { userInfo: kubelet('') })).rejects.toThrow(
      'could not determine node from user "system:node:"',
    ));

  describe('on Nodes', () => {
    const node = (change: Partial<corev1.Node['metadata']>, spec: object = {}) => ({
      metadata: { name: 'one', ...change },
      spec,
    });

    it('lets a node create, change and delete its own', async () => {
      await as(
        'nodes',
        node({ labels: { 'kubernetes.io/os': 'linux' } }, { taints: [{ key: 'a', effect: 'NoSchedule' }] }),
      );
      await update('nodes/status', node({}), { ...node({}), status: { capacity: { cpu: '1' } } });
      await remove('nodes', node({}), { name: 'one' });
    });

    it.each(['CREATE', 'UPDATE', 'DELETE'] as const)('refuses %s of another', (operation) =>
      expect(
        as(
          'nodes',
          { metadata: { name: 'two' } },
          { operation, name: 'two', oldObject: { metadata: { name: 'two' } } },
        ),
      ).rejects.toThrow('nodes "two" is forbidden: node "one" is not allowed to modify node "two"'),
    );

    it('refuses a configuration source, when it is created and when it changes', async () => {
      const configSource = { configMap: { name: 'c', namespace: 'n' } };
      await expect(as('nodes', node({}, { configSource }))).rejects.toThrow(
        'node "one" is not allowed to create pods with a non-nil configSource',
      );
      await expect(update('nodes', node({}), node({}, { configSource }))).rejects.toThrow(
        'node "one" is not allowed to update configSource to a new non-nil configSource',
      );
      await update('nodes', node({}, { configSource }), node({}));
    });

    it.each(['nodes', 'nodes/status'])('refuses other taints through %s', (resource) =>
      expect(update(resource, node({}, { taints: [{ key: 'a', effect: 'NoSchedule' }] }), node({}))).rejects.toThrow(
        'nodes "one" is forbidden: node "one" is not allowed to modify taints',
      ),
    );

    it.each(['nodes', 'nodes/status'])('refuses other owner references through %s', (resource) =>
      expect(
        update(
          resource,
          node({}),
          node({ ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'gone', uid: 'x' }] }),
        ),
      ).rejects.toThrow('nodes "one" is forbidden: node "one" is not allowed to modify ownerReferences'),
    );

    it.each([
      'kubernetes.io/hostname',
      'kubernetes.io/arch',
      'kubernetes.io/os',
      'beta.kubernetes.io/arch',
      'beta.kubernetes.io/os',
      'beta.kubernetes.io/instance-type',
      'node.kubernetes.io/instance-type',
      'failure-domain.beta.kubernetes.io/region',
      'failure-domain.beta.kubernetes.io/zone',
      'topology.kubernetes.io/region',
      'topology.kubernetes.io/zone',
      'kubelet.kubernetes.io/x',
      'a.kubelet.kubernetes.io/x',
      'node.kubernetes.io/x',
      'a.node.kubernetes.io/x',
      'example.com/x',
      'plain',
    ])('lets a node set, change and take away its label %s', async (label) => {
      await as('nodes', node({ labels: { [label]: 'a' } }));
      await update('nodes', node({ labels: { [label]: 'a' } }), node({ labels: { [label]: 'b' } }));
      await update('nodes', node({ labels: { [label]: 'a' } }), node({}));
    });

    it.each([
      'node-role.kubernetes.io/control-plane',
      'kubernetes.io/role',
      'a.kubernetes.io/x',
      'k8s.io/x',
      'a.k8s.io/x',
      'node-restriction.kubernetes.io/x',
      'a.node-restriction.kubernetes.io/x',
    ])('does not let a node set, change or take away its label %s', async (label) => {
      const words = `is not allowed to modify labels: ${label}`;
      await expect(as('nodes', node({ labels: { [label]: 'a' } }))).rejects.toThrow(
        `node "one" is not allowed to set the following labels: ${label}`,
      );
      const [a, b] = [node({ labels: { [label]: 'a' } }), node({ labels: { [label]: 'b' } })];
      await expect(update('nodes', a, b)).rejects.toThrow(words);
      await expect(update('nodes', a, node({}))).rejects.toThrow(words);
      await expect(update('nodes/status', node({}), a)).rejects.toThrow(words);
      await update('nodes', a, a);
    });
  });

  describe('on Pods', () => {
    const pod = (nodeName: string, labels: object = {}) => ({ metadata: { ...metadata, labels }, spec: { nodeName } });

    it('lets a node report on its own, and not label them thereby', async () => {
      await update('pods/status', pod('one'), pod('one'));
      await expect(update('pods/status', pod('two'), pod('two'))).rejects.toThrow(
        'node "one" can only update pod status for pods with spec.nodeName set to itself',
      );
      await expect(update('pods/status', pod('one'), pod('one', { a: 'b' }))).rejects.toThrow(
        'node "one" cannot update labels through pod status',
      );
      const claims = { status: { resourceClaimStatuses: [{ name: 'c', resourceClaimName: 'any' }] } };
      await expect(update('pods/status', pod('one'), { ...pod('one'), ...claims })).rejects.toThrow(
        'node "one" cannot update resource claim statues',
      );
    });

    it('lets a node delete and evict its own', async () => {
      await remove('pods', pod('one'), { name: 'mine' });
      await as('pods/eviction', {}, { name: 'mine' });
      await expect(remove('pods', pod('two'), { name: 'theirs' })).rejects.toThrow(
        'node "one" can only delete pods with spec.nodeName set to itself',
      );
      await expect(as('pods/eviction', { metadata: { name: 'theirs' } })).rejects.toThrow(
        'node one can only evict pods with spec.nodeName set to itself',
      );
      await expect(as('pods/eviction', {}, { name: 'none' })).rejects.toMatchObject({
        code: 404,
        message: 'pod "none" not found',
      });
    });

    it('refuses changes of pods, and of other parts of them', async () => {
      await expect(update('pods', pod('one'), pod('one'))).rejects.toThrow(
        'unexpected operation "UPDATE", node "one" can only create and delete mirror pods',
      );
      await expect(update('pods/ephemeralcontainers', pod('one'), pod('one'))).rejects.toThrow(
        `unexpected pod subresource "ephemeralcontainers", only 'status' and 'eviction' are allowed`,
      );
    });
  });

  describe('on claims', () => {
    const claim = (status: object, more: object = {}) => ({
      metadata: { name: 'c', resourceVersion: '1' },
      status,
      ...more,
    });

    it('lets a node report how large a volume is', () =>
      update(
        'persistentvolumeclaims/status',
        claim({ phase: 'Bound' }),
        claim({ phase: 'Bound', capacity: { storage: '2Gi' } }),
      ));

    it('refuses whatever else of a claim', async () => {
      await expect(
        update('persistentvolumeclaims/status', claim({}), claim({ phase: 'Lost' }, { spec: { volumeName: 'v' } })),
      ).rejects.toThrow(
        'node "one" is not allowed to update fields other than status.capacity and status.conditions: spec.volumeName, status.phase',
      );
      await expect(update('persistentvolumeclaims', claim({}), claim({}))).rejects.toThrow(
        'may only update PVC status',
      );
    });
  });

  describe('on what has the name of the node', () => {
    const lease = (name: string, namespace: string) =>
      as('leases', { metadata: { name } }, { group: 'coordination.k8s.io', namespace });
    const csiNode = (name: string) =>
      as('csinodes', { metadata: { name } }, { group: 'storage.k8s.io', namespace: '' });
    const slice = (nodeName: string, operation: 'CREATE' | 'DELETE' | 'UPDATE') => {
      const object = { metadata: { name: 's' }, spec: { nodeName } };
      return as('resourceslices', object, { group: 'resource.k8s.io', operation, oldObject: object });
    };

    it('lets a node write its own lease, CSINode and ResourceSlices', async () => {
      await lease('one', 'kube-node-lease');
      await csiNode('one');
      await slice('one', 'CREATE');
      await slice('one', 'DELETE');
    });

    it('refuses those of others, and leases elsewhere', async () => {
      await expect(lease('two', 'kube-node-lease')).rejects.toThrow(
        'can only access node lease with the same name as the requesting node',
      );
      await expect(lease('one', 'default')).rejects.toThrow(
        'can only access leases in the "kube-node-lease" system namespace',
      );
      await expect(csiNode('two')).rejects.toThrow('can only access CSINode with the same name as the requesting node');
      await expect(slice('two', 'CREATE')).rejects.toThrow(
        'can only create ResourceSlice with the same NodeName as the requesting node',
      );
      await expect(slice('two', 'DELETE')).rejects.toThrow(
        'can only delete ResourceSlice with the same NodeName as the requesting node',
      );
    });
  });

  describe('on requests for certificates', () => {
    const signed = (commonName: string): string =>
      execFileSync(
        'openssl',
        [
          'req',
          '-new',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-keyout',
          '/dev/null',
          '-subj',
          `/CN=${commonName}`,
        ],
        { stdio: ['ignore', 'pipe', 'ignore'] },
      ).toString('base64');
    const ask = (signerName: string, request: string) =>
      as(
        'certificatesigningrequests',
        { spec: { signerName, request } },
        { group: 'certificates.k8s.io', namespace: '' },
      );

    it.each(['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'])(
      'lets a node ask %s in its own name alone',
      async (signer) => {
        await ask(signer, signed('system:node:one'));
        await expect(ask(signer, signed('system:node:two'))).rejects.toThrow(
          'can only create a node CSR with CN=system:node:one',
        );
        await expect(ask(signer, 'bm9uZQ==')).rejects.toThrow('unable to parse csr: PEM block type must be');
      },
    );

    it('does not concern other signers', () => ask('example.com/people', 'bm9uZQ=='));
  });
});
