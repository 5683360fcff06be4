import { Kinds, type corev1 } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import { persistentVolumeClaimResize } from './plugin';

describe('PersistentVolumeClaimResize', () => {
  const plugin = persistentVolumeClaimResize(
    readerOf(
      [Kinds.StorageClass, { metadata: { name: 'grows' }, allowVolumeExpansion: true }],
      [Kinds.StorageClass, { metadata: { name: 'fixed' } }],
    ),
  );
  const grow = (storageClassName: string, phase: string, from = '1Gi', to = '2Gi'): Promise<object> => {
    const of = (storage: string): corev1.PersistentVolumeClaim => ({
      metadata: { name: 'c' },
      spec: { storageClassName, resources: { requests: { storage } } },
      status: { phase: phase as 'Bound' },
    });
    return admit(plugin, requestFor('persistentvolumeclaims', of(to), { operation: 'UPDATE', oldObject: of(from) }));
  };

  it('lets bound claims grow whose class allows it', async () => {
    await grow('grows', 'Bound');
    await grow('fixed', 'Pending', '1Gi', '1024Mi');
    await expect(grow('grows', 'Pending')).rejects.toThrow(
      'persistentvolumeclaims "c" is forbidden: Only bound persistent volume claims can be expanded',
    );
    await expect(grow('fixed', 'Bound')).rejects.toThrow(
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
  });
});
