import { Kinds, type corev1 } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import { defaultStorageClass } from './plugin';

it('DefaultStorageClass names the newest default class', async () => {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const of = (name: string, creationTimestamp: string) => [
    Kinds.StorageClass,
    { metadata: { name, creationTimestamp, annotations } },
  ];
  const claim: corev1.PersistentVolumeClaim = { spec: {} };
  const admitted = await admit(
    defaultStorageClass(readerOf(of('old', '2024-01-01T00:00:00Z'), of('new', '2025-01-01T00:00:00Z'))),
    requestFor('persistentvolumeclaims', claim),
  );
  expect(admitted.spec?.storageClassName).toBe('new');
});
