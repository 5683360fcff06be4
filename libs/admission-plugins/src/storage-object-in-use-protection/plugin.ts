import type { AdmissionPlugin } from '@skiff/api-server/admission';

const finalizers: ReadonlyMap<string, string> = new Map([
  ['persistentvolumes', 'kubernetes.io/pv-protection'],
  ['persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
]);

/** Volumes and claims stay until nobody uses them: controllers take the finalizer away. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  operations: ['CREATE'],
  mutate: {
    resources: [...finalizers.keys()],
    run({ resource, object }) {
      const finalizer = finalizers.get(resource.resource);
      const given = object?.metadata?.finalizers ?? [];
      if (!finalizer || given.includes(finalizer)) return object;
      return { ...object, metadata: { ...object?.metadata, finalizers: [...given, finalizer] } };
    },
  },
};
