import { defineResource, fieldOr, fieldsAt, statusSubresource } from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';
import { defaultPod } from './defaults';
import { podQuota } from './quota';
import { podStrategy } from './strategy';
import { podSubresources } from './subresources';
import { podTable } from './table';
import { unsupportedPodFields } from './unsupported';
import { podValidation } from './validation/validation';

export const podResource = defineResource({
  kind: Kinds.Pod,
  answersDeleted: true,
  selectableFields: {
    ...fieldsAt(
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ),
    ...fieldOr('spec.hostNetwork', 'false'),
  },
  subresources: [...podSubresources, statusSubresource],
  defaults: defaultPod,
  validation: podValidation,
  strategy: podStrategy,
  table: podTable,
  quota: podQuota,
  unsupported: [
    {
      field: 'spec.containers[*].resources',
      subresource: 'resize',
      why: 'containers that run keep what they were given',
    },
    ...unsupportedPodFields('spec', ({ spec }: corev1.Pod) => spec),
  ],
});
