import { Kinds, type corev1 } from '@skiff/contracts';
import { writes, type AdmissionPlugin, type AdmissionReader } from '@skiff/api-server/admission';
import { newestDefault } from '../shared/newest-default';

const marker = 'storageclass.kubernetes.io/is-default-class';
const betaClass = 'volume.beta.kubernetes.io/storage-class';

/** A claim that names no class gets the default one; of several, the newest. */
export function defaultStorageClass(reader: AdmissionReader): AdmissionPlugin {
  return {
    name: 'DefaultStorageClass',
    async mutate(request) {
      if (request.operation !== 'CREATE' || !writes(request, '', 'persistentvolumeclaims')) return;
      const claim = request.object as corev1.PersistentVolumeClaim;
      if (!claim.spec || claim.spec.storageClassName !== undefined) return;
      if (claim.metadata?.annotations?.[betaClass] !== undefined) return;
      const name = newestDefault(await reader.list(Kinds.StorageClass, ''), marker);
      if (name) claim.spec.storageClassName = name;
    },
  };
}
