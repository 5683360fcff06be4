import { defineResource, fieldOr, statusSubresource } from '@skiff/apimachinery';
import { Kinds, type appsv1 } from '@skiff/contracts';
import { scaleSubresource } from '../../autoscaling/scale/subresource';
import { unsupportedPodFields } from '../../core/pod/unsupported';
import { defaultReplicaSet } from './defaults';
import { replicaSetTable } from './table';
import { replicaSetValidation } from './validation';

export const replicaSetResource = defineResource({
  kind: Kinds.ReplicaSet,
  selectableFields: fieldOr('status.replicas', '0'),
  subresources: [scaleSubresource(), statusSubresource],
  defaults: defaultReplicaSet,
  validation: replicaSetValidation,
  table: replicaSetTable,
  unsupported: [...unsupportedPodFields('spec.template.spec', ({ spec }: appsv1.ReplicaSet) => spec?.template?.spec)],
});
