import { Kinds, type corev1 } from '@skiff/contracts';
import type { AdmissionPlugin, AdmissionReader } from '@skiff/api-server/admission';
import { newestDefault } from '../shared/newest-default';

const marker = 'storageclass.kubernetes.io/is-default-class';
const betaClass = 'volume.beta.kubernetes.io/storage-class';

/** A claim that names no class gets the default one; of several, the newest. */
export function defaultStorageClass(reader: AdmissionReader): AdmissionPlugin {
  return {
    name: 'DefaultStorageClass',
    operations: ['CREATE'],
    mutate: {
      resources: ['persistentvolumeclaims'],
      async run({ object }) {
        const claim = object as corev1.PersistentVolumeClaim;
        if (!claim.spec || claim.spec.storageClassName !== undefined) return claim;
        if (claim.metadata?.annotations?.[betaClass] !== undefined) return claim;
        const name = newestDefault(await reader.list(Kinds.StorageClass, ''), marker);
        return name ? { ...claim, spec: { ...claim.spec, storageClassName: name } } : claim;
      },
    },
  };
}
