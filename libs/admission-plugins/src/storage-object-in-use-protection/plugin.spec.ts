import type { corev1 } from '@skiff/contracts';
import { admit, requestFor } from '../testing';
import { storageObjectInUseProtection } from './plugin';

it('StorageObjectInUseProtection puts a finalizer on volumes and claims', async () => {
  const claim: corev1.PersistentVolumeClaim = { metadata: { name: 'c', finalizers: ['a.b/c'] } };
  const admitted = await admit(storageObjectInUseProtection, requestFor('persistentvolumeclaims', claim));
  expect(admitted.metadata?.finalizers).toEqual(['a.b/c', 'kubernetes.io/pvc-protection']);
});
