import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds, type appsv1 } from '@skiff/contracts';
import { scaleSubresource } from '../../autoscaling/scale/subresource';
import { unsupportedPodFields } from '../../core/pod/unsupported';
import { defaultDeployment } from './defaults';
import { deploymentStrategy } from './strategy';
import { deploymentTable } from './table';
import { deploymentValidation } from './validation';

export const deploymentResource = defineResource({
  kind: Kinds.Deployment,
  subresources: [scaleSubresource(), statusSubresource],
  defaults: defaultDeployment,
  validation: deploymentValidation,
  strategy: deploymentStrategy,
  table: deploymentTable,
  unsupported: [...unsupportedPodFields('spec.template.spec', ({ spec }: appsv1.Deployment) => spec?.template?.spec)],
});
