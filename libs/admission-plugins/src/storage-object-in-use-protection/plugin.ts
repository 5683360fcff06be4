import { writes, type AdmissionPlugin, type AdmissionRequest } from '@skiff/api-server/admission';

function finalizerFor(request: AdmissionRequest): string | undefined {
  if (writes(request, '', 'persistentvolumes')) return 'kubernetes.io/pv-protection';
  if (writes(request, '', 'persistentvolumeclaims')) return 'kubernetes.io/pvc-protection';
  return undefined;
}

/** Volumes and claims stay until nobody uses them: controllers take the finalizer away. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate(request) {
    const finalizer = finalizerFor(request);
    if (request.operation !== 'CREATE' || !finalizer || !request.object) return;
    const finalizers = request.object.metadata?.finalizers ?? [];
    if (!finalizers.includes(finalizer))
      request.object.metadata = { ...request.object.metadata, finalizers: [...finalizers, finalizer] };
  },
};
