import { also, type ErrorList, nonNegative, type Validation } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { warningsForReplicated } from '../../core/pod/warnings/template';
import { immutableSelector, validateSelector, validateTemplate } from '../template-validation';
import { validateReplicaStatus } from './status';

export function validateReplicaSet({ spec = {} }: appsv1.ReplicaSet, to: ErrorList): void {
  nonNegative(spec.replicas, 'spec.replicas', to);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  validateSelector(spec.selector, 'replicaset', 'spec.selector', to);
  if (!spec.template) to.required('spec.template');
  else validateTemplate(spec.template, spec.selector, 'ReplicaSet', to);
}

export const replicaSetValidation: Validation<appsv1.ReplicaSet> = {
  create: validateReplicaSet,
  update: also(validateReplicaSet, immutableSelector),
  subresources: { status: validateReplicaStatus },
  warnings: warningsForReplicated,
};
