import { type ErrorList, nonNegative, type Validation } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateReplicaStatus } from '../../apps/replica-set/status';
import { validateTemplate } from '../../apps/template-validation';
import { warningsForReplicated } from '../pod/warnings/template';

export function validateController({ spec = {} }: corev1.ReplicationController, to: ErrorList): void {
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  if (Object.keys(spec.selector ?? {}).length === 0) to.required('spec.selector');
  nonNegative(spec.replicas, 'spec.replicas', to);
  if (!spec.template) to.required('spec.template');
  else validateTemplate(spec.template, { matchLabels: spec.selector ?? {} }, 'ReplicationController', to);
}

export const replicationControllerValidation: Validation<corev1.ReplicationController> = {
  create: validateController,
  subresources: { status: validateReplicaStatus },
  warnings: warningsForReplicated,
};
