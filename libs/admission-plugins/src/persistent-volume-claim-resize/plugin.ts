import { compareQuantities } from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';
import { refused, type AdmissionPlugin, type AdmissionReader } from '@skiff/api-server/admission';

const sizeOf = ({ spec }: corev1.PersistentVolumeClaim): string => spec?.resources?.requests?.['storage'] ?? '0';

/** A claim grows only while it is bound, and if its class lets it. */
export function persistentVolumeClaimResize(reader: AdmissionReader): AdmissionPlugin {
  return {
    name: 'PersistentVolumeClaimResize',
    operations: ['UPDATE'],
    validate: {
      resources: ['persistentvolumeclaims'],
      async run(request) {
        const claim = request.object as corev1.PersistentVolumeClaim;
        const old = request.oldObject as corev1.PersistentVolumeClaim;
        if (compareQuantities(sizeOf(claim), sizeOf(old)) <= 0) return;
        if (old.status?.phase !== 'Bound')
          throw refused(request, 'Only bound persistent volume claims can be expanded');
        const name =
          old.metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? old.spec?.storageClassName ?? '';
        const storageClass = name ? await reader.get(Kinds.StorageClass, '', name) : undefined;
        if (!storageClass?.allowVolumeExpansion)
          throw refused(
            request,
            'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
          );
      },
    },
  };
}
