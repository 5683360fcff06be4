import { Kinds, type corev1 } from '@skiff/contracts';
import { writes, type AdmissionPlugin, type AdmissionReader } from '../admission';

const marker = 'storageclass.kubernetes.io/is-default-class';

/** A claim that names no class gets the default one; of several, the newest. */
export function defaultStorageClass(reader: AdmissionReader): AdmissionPlugin {
  return {
    name: 'DefaultStorageClass',
    async mutate(request) {
      if (request.operation !== 'CREATE' || !writes(request, '', 'persistentvolumeclaims')) return;
      const claim = request.object as corev1.PersistentVolumeClaim;
      if (!claim.spec || claim.spec.storageClassName !== undefined) return;
      const classes = await reader.list(Kinds.StorageClass, '');
      const defaults = classes.filter(({ metadata }) => metadata?.annotations?.[marker] === 'true');
      const age = ({ metadata }: (typeof defaults)[number]): string => metadata?.creationTimestamp ?? '';
      const newest = [...defaults].sort((one, other) => (age(one) < age(other) ? 1 : -1))[0];
      if (newest?.metadata?.name) claim.spec.storageClassName = newest.metadata.name;
    },
  };
}
