import { Kinds, type corev1 } from '@skiff/contracts';
import type { Attributes } from '@skiff/api-server/admission';
import { admit, readerOf, requestFor } from '../testing';
import { nodeRestriction } from './plugin';

const user = { name: 'system:node:one', uid: '', groups: ['system:nodes'], extra: {} };
const pod = (name: string, nodeName: string, ...volumes: Partial<corev1.Volume>[]) => [
  Kinds.Pod,
  {
    metadata: { name, namespace: 'default', uid: 'u' },
    spec: { nodeName, volumes: volumes.map((volume) => ({ name: 'v', ...volume })) },
  },
];
const tokenFor = (audience?: string): Partial<corev1.Volume> => ({
  projected: { sources: [{ serviceAccountToken: { path: 'token', ...(audience ? { audience } : {}) } }] },
});
const claim = (name: string, volumeName: string) => [
  Kinds.PersistentVolumeClaim,
  { metadata: { name, namespace: 'default' }, spec: { volumeName } },
];
const driver = (name: string, audience: string) => [
  Kinds.CSIDriver,
  { metadata: { name }, spec: { tokenRequests: [{ audience }] } },
];

const asked: Attributes[] = [];
const plugin = nodeRestriction({
  reader: readerOf(
    pod('plain', 'one', tokenFor()),
    pod('projected', 'one', tokenFor('vault')),
    pod('inline', 'one', { csi: { driver: 'csi.example.com' } }),
    pod('claims', 'one', { persistentVolumeClaim: { claimName: 'data' } }),
    pod('ephemeral', 'one', { ephemeral: { volumeClaimTemplate: { spec: {} } } }),
    pod('migrated', 'one', { azureFile: { shareName: 's', secretName: 's' } }),
    pod('elsewhere', 'two', tokenFor()),
    claim('data', 'volume'),
    claim('ephemeral-v', 'volume'),
    [Kinds.PersistentVolume, { metadata: { name: 'volume' }, spec: { csi: { driver: 'csi.example.com' } } }],
    driver('csi.example.com', 'storage'),
    driver('file.csi.azure.com', 'azure'),
  ),
  authorizer: {
    authorize(attributes) {
      asked.push(attributes);
      return { allowed: attributes.resourceRequest && attributes.resource === 'granted', reason: '' };
    },
  },
});
const ref = (name: string) => ({ kind: 'Pod', apiVersion: 'v1', name, uid: 'u' });
const ask = (boundObjectRef: object | undefined, ...audiences: string[]): Promise<object> => {
  const object = { spec: { boundObjectRef, audiences } };
  return admit(plugin, requestFor('serviceaccounts/token', object, { userInfo: user, name: 'runner' }));
};

describe('A token that a node asks for', () => {
  it('is bound to a pod of that node', async () => {
    await ask(ref('plain'));
    for (const other of [undefined, {}, { ...ref('plain'), kind: 'Secret' }, { ...ref('plain'), apiVersion: 'v2' }])
      await expect(ask(other)).rejects.toThrow('node requested token not bound to a pod');
    await expect(ask({ ...ref('plain'), uid: '' })).rejects.toThrow(
      'node requested token with a pod binding without a uid',
    );
    await expect(ask(ref('none'))).rejects.toMatchObject({ code: 404, message: 'pod "none" not found' });
    await expect(ask({ ...ref('plain'), uid: 'old' })).rejects.toThrow(
      'the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated',
    );
    await expect(ask(ref('elsewhere'))).rejects.toThrow(
      'node requested token bound to a pod scheduled on a different node',
    );
  });

  it('has one audience at most', () =>
    expect(ask(ref('projected'), 'vault', 'other')).rejects.toThrow('node may only request 0 or 1 audiences'));

  it.each([
    ['the API server, by a projected volume', 'plain', []],
    ['whom a projected volume names', 'projected', ['vault']],
    ['whom the driver of an inline volume names', 'inline', ['storage']],
    ['whom the driver behind a claim names', 'claims', ['storage']],
    ['whom the driver behind an ephemeral claim names', 'ephemeral', ['storage']],
    ['whom the driver names that took over a type of volumes', 'migrated', ['azure']],
  ])('may be for %s', (_whom, name, audiences) => ask(ref(name), ...audiences));

  it.each([
    ['plain', 'vault'],
    ['projected', ''],
    ['inline', 'vault'],
    ['claims', 'azure'],
  ])('may not be, for the pod "%s", for "%s"', (name, audience) =>
    expect(ask(ref(name), ...(audience ? [audience] : []))).rejects.toThrow(
      `serviceaccounts "runner" is forbidden: audience "${audience}" not found in pod spec volume, system:node:one is not authorized to request tokens for this audience`,
    ),
  );

  it('may be for whom an administrator has granted the node', async () => {
    asked.length = 0;
    await ask(ref('plain'), 'granted');
    expect(asked).toMatchObject([
      {
        verb: 'request-serviceaccounts-token-audience',
        apiGroup: '',
        resource: 'granted',
        namespace: 'default',
        name: 'runner',
      },
    ]);
  });
});
