import { Kinds, type corev1 } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import { nodeRestriction } from './plugin';

const user = { name: 'system:node:one', uid: '', groups: ['system:nodes'], extra: {} };
const plugin = nodeRestriction({
  reader: readerOf([Kinds.Node, { metadata: { name: 'one', uid: 'node-uid' } }]),
  authorizer: { authorize: () => ({ allowed: true, reason: '' }) },
});
const owner = { apiVersion: 'v1', kind: 'Node', name: 'one', uid: 'node-uid', controller: true };
const annotations = { 'kubernetes.io/config.mirror': 'hash' };
const create = (spec: corev1.PodSpec, metadata: corev1.Pod['metadata'] = {}): Promise<object> => {
  const object = {
    metadata: { name: 'mirror', namespace: 'default', annotations, ownerReferences: [owner], ...metadata },
    spec: { nodeName: 'one', ...spec },
  };
  return admit(plugin, requestFor('pods', object, { userInfo: user }));
};
const container = (more: Partial<corev1.Container>): corev1.Container => ({ name: 'c', image: 'i', ...more });
const volume = (source: Partial<corev1.Volume>): corev1.PodSpec => ({ volumes: [{ name: 'v', ...source }] });
const projected = (source: corev1.VolumeProjection): corev1.PodSpec => volume({ projected: { sources: [source] } });
const secretRef = { name: 'secret' };
const env = (valueFrom: corev1.EnvVarSource) => [{ name: 'E', valueFrom }];

describe('A mirror pod of a node', () => {
  it('may use what is on the node', () =>
    create({
      containers: [container({ env: [{ name: 'E', value: 'v' }] })],
      volumes: [
        { name: 'a', hostPath: { path: '/etc' } },
        { name: 'b', emptyDir: {} },
        { name: 'c', downwardAPI: {} },
        { name: 'd', projected: { sources: [{ downwardAPI: {} }] } },
        { name: 'e', iscsi: { targetPortal: 'p', iqn: 'i', lun: 0 } },
      ],
    }));

  it('is marked as one, and runs on the node', async () => {
    await expect(create({}, { annotations: {} })).rejects.toThrow(
      'pod does not have "kubernetes.io/config.mirror" annotation, node "one" can only create mirror pods',
    );
    await expect(create({ nodeName: 'two' })).rejects.toThrow(
      'node "one" can only create pods with spec.nodeName set to itself',
    );
  });

  it.each([
    ['an owner reference set to itself', []],
    ['a single owner reference set to itself', [owner, owner]],
    ['an owner reference set to itself', [{ ...owner, name: 'two' }]],
    ['an owner reference set to itself', [{ ...owner, kind: 'Pod' }]],
    ['an owner reference set to itself', [{ ...owner, apiVersion: 'v2' }]],
    ['a controller owner reference set to itself', [{ ...owner, controller: false }]],
  ])('needs %s: not %j', (words, ownerReferences) =>
    expect(create({}, { ownerReferences })).rejects.toThrow(
      `pods "mirror" is forbidden: node "one" can only create pods with ${words}`,
    ),
  );

  it('does not keep its node from being deleted', () =>
    expect(create({}, { ownerReferences: [{ ...owner, blockOwnerDeletion: true }] })).rejects.toThrow(
      'node "one" must not set blockOwnerDeletion on an owner reference',
    ));

  it('is owned by the node as it is now', () =>
    expect(create({}, { ownerReferences: [{ ...owner, uid: 'old' }] })).rejects.toThrow(
      'node one UID mismatch: expected old got node-uid',
    ));

  it.each<[string, string, corev1.PodSpec]>([
    ['serviceaccounts', 'serviceAccountName', { serviceAccountName: 'default' }],
    ['secrets', 'imagePullSecrets', { imagePullSecrets: [secretRef] }],
    ['secrets', 'env', { containers: [container({ env: env({ secretKeyRef: { ...secretRef, key: 'k' } }) })] }],
    ['secrets', 'envFrom of an init container', { initContainers: [container({ envFrom: [{ secretRef }] })] }],
    [
      'secrets',
      'env of an ephemeral container',
      { ephemeralContainers: [{ name: 'e', image: 'i', env: env({ secretKeyRef: { ...secretRef, key: 'k' } }) }] },
    ],
    ['secrets', 'a secret volume', volume({ secret: { secretName: 'secret' } })],
    ['secrets', 'a projected secret', projected({ secret: secretRef })],
    ['secrets', 'azureFile', volume({ azureFile: { secretName: 'secret', shareName: 's' } })],
    ['secrets', 'cephfs', volume({ cephfs: { monitors: [], secretRef } })],
    ['secrets', 'cinder', volume({ cinder: { volumeID: 'v', secretRef } })],
    ['secrets', 'flexVolume', volume({ flexVolume: { driver: 'd', secretRef } })],
    ['secrets', 'iscsi', volume({ iscsi: { targetPortal: 'p', iqn: 'i', lun: 0, secretRef } })],
    ['secrets', 'rbd', volume({ rbd: { monitors: [], image: 'i', secretRef } })],
    ['secrets', 'scaleIO', volume({ scaleIO: { gateway: 'g', system: 's', secretRef } })],
    ['secrets', 'storageos', volume({ storageos: { secretRef } })],
    ['secrets', 'a secret of CSI', volume({ csi: { driver: 'd', nodePublishSecretRef: secretRef } })],
    ['configmaps', 'env', { containers: [container({ env: env({ configMapKeyRef: { name: 'c', key: 'k' } }) })] }],
    ['configmaps', 'envFrom', { containers: [container({ envFrom: [{ configMapRef: { name: 'c' } }] })] }],
    ['configmaps', 'a config map volume', volume({ configMap: { name: 'c' } })],
    ['configmaps', 'a projected config map', projected({ configMap: { name: 'c' } })],
    ['resourceclaims', 'resourceClaims', { resourceClaims: [{ name: 'r', resourceClaimName: 'r' }] }],
    ['csidrivers (via CSI volumes)', 'CSI', volume({ csi: { driver: 'd' } })],
    ['endpoints (via glusterFS volumes)', 'glusterfs', volume({ glusterfs: { endpoints: 'e', path: 'p' } })],
    ['persistentvolumeclaims', 'a claim', volume({ persistentVolumeClaim: { claimName: 'c' } })],
    ['persistentvolumeclaims (via ephemeral volumes)', 'an ephemeral claim', volume({ ephemeral: {} })],
    ['serviceaccounts (via projected volumes)', 'a token', projected({ serviceAccountToken: { path: 't' } })],
    ['clustertrustbundles', 'a trust bundle', projected({ clusterTrustBundle: { path: 'b' } })],
    ['podcertificates', 'a certificate', projected({ podCertificate: { keyType: 'ED25519', signerName: 's' } })],
  ])('may not refer to %s by %s', (resource, _place, spec) =>
    expect(create(spec)).rejects.toThrow(
      `pods "mirror" is forbidden: node "one" can not create pods that reference ${resource}`,
    ),
  );
});
