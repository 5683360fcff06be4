import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds, type appsv1 } from '@skiff/contracts';
import { unsupportedPodFields } from '../../core/pod/unsupported';
import { defaultDaemonSet } from './defaults';
import { daemonSetStrategy } from './strategy';
import { daemonSetTable } from './table';
import { daemonSetValidation } from './validation';

export const daemonSetResource = defineResource({
  kind: Kinds.DaemonSet,
  subresources: [statusSubresource],
  defaults: defaultDaemonSet,
  validation: daemonSetValidation,
  strategy: daemonSetStrategy,
  table: daemonSetTable,
  unsupported: [...unsupportedPodFields('spec.template.spec', ({ spec }: appsv1.DaemonSet) => spec?.template?.spec)],
});
