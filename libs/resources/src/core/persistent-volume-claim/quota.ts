import { quantityToNano, type QuotaEvaluator, type ResourceList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const classSuffix = '.storageclass.storage.k8s.io/';

const claimResources = ['persistentvolumeclaims', 'requests.storage', 'count/persistentvolumeclaims'];

export const persistentVolumeClaimQuota: QuotaEvaluator = {
  group: '',
  plural: 'persistentvolumeclaims',
  countsUpdates: true,
  counts: (name) =>
    claimResources.includes(name) ||
    name.endsWith(`${classSuffix}requests.storage`) ||
    name.endsWith(`${classSuffix}persistentvolumeclaims`),
  usage(object) {
    const { metadata, spec, status } = object as corev1.PersistentVolumeClaim;
    const requested = spec?.resources?.requests?.['storage'];
    const allocated = status?.allocatedResources?.['storage'];
    const larger =
      requested !== undefined && allocated !== undefined && quantityToNano(allocated) > quantityToNano(requested)
        ? allocated
        : requested;
    const storage: ResourceList = larger === undefined ? {} : { 'requests.storage': larger };
    const name = metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '';
    return {
      persistentvolumeclaims: '1',
      'count/persistentvolumeclaims': '1',
      ...storage,
      ...(name ? { [`${name}${classSuffix}persistentvolumeclaims`]: '1' } : {}),
      ...(name && larger !== undefined ? { [`${name}${classSuffix}requests.storage`]: larger } : {}),
    };
  },
};
