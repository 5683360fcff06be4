import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds, type appsv1 } from '@skiff/contracts';
import { scaleSubresource } from '../../autoscaling/scale/subresource';
import { unsupportedPodFields } from '../../core/pod/unsupported';
import { defaultStatefulSet } from './defaults';
import { statefulSetTable } from './table';
import { statefulSetValidation } from './validation';

export const statefulSetResource = defineResource({
  kind: Kinds.StatefulSet,
  subresources: [scaleSubresource(), statusSubresource],
  defaults: defaultStatefulSet,
  validation: statefulSetValidation,
  table: statefulSetTable,
  unsupported: [
    {
      field: 'spec.persistentVolumeClaimRetentionPolicy',
      why: 'claims of a StatefulSet are kept',
      applies: ({ spec }) =>
        [
          spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted,
          spec?.persistentVolumeClaimRetentionPolicy?.whenScaled,
        ].includes('Delete'),
    },
    ...unsupportedPodFields('spec.template.spec', ({ spec }: appsv1.StatefulSet) => spec?.template?.spec),
  ],
});
