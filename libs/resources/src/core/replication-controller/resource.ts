import { defineResource, fieldOr, objectCount, statusSubresource } from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';
import { scaleSubresource } from '../../autoscaling/scale/subresource';
import { unsupportedPodFields } from '../pod/unsupported';
import { defaultReplicationController } from './defaults';
import { replicationControllerTable } from './table';
import { replicationControllerValidation } from './validation';

export const replicationControllerResource = defineResource({
  kind: Kinds.ReplicationController,
  selectableFields: fieldOr('status.replicas', '0'),
  subresources: [scaleSubresource(), statusSubresource],
  defaults: defaultReplicationController,
  validation: replicationControllerValidation,
  table: replicationControllerTable,
  quota: objectCount('', 'replicationcontrollers', 'replicationcontrollers'),
  unsupported: [
    ...unsupportedPodFields('spec.template.spec', ({ spec }: corev1.ReplicationController) => spec?.template?.spec),
  ],
});
