import { also, child, type ErrorList, nonNegative, type Validation } from '@skiff/apimachinery';
import type { appsv1, IntOrString } from '@skiff/contracts';
import { warningsForReplicated } from '../../core/pod/warnings/template';
import { amount, notOverAll, validateCountOrPercent } from '../count-validation';
import { immutableSelector, validateSelector, validateTemplate } from '../template-validation';
import { validateDeploymentStatus } from './status';

function validateRolling(
  rolling: { maxUnavailable?: IntOrString | undefined; maxSurge?: IntOrString | undefined },
  path: string,
  to: ErrorList,
): void {
  const { maxUnavailable, maxSurge } = rolling;
  validateCountOrPercent(maxUnavailable, child(path, 'maxUnavailable'), to);
  validateCountOrPercent(maxSurge, child(path, 'maxSurge'), to);
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0)
    to.invalid(child(path, 'maxUnavailable'), maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0');
  notOverAll(maxUnavailable, child(path, 'maxUnavailable'), to);
}

export function validateDeployment({ spec = {} }: appsv1.Deployment, to: ErrorList): void {
  nonNegative(spec.replicas, 'spec.replicas', to);
  validateSelector(spec.selector, 'deployment', 'spec.selector', to);
  validateTemplate(spec.template, spec.selector, 'ReplicaSet', to);
  const { type = '', rollingUpdate } = spec.strategy ?? {};
  if (type === 'Recreate') {
    if (rollingUpdate)
      to.forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'");
  } else if (type === 'RollingUpdate') {
    if (!rollingUpdate) to.required('spec.strategy.rollingUpdate', 'this should be defaulted and never be nil');
    else validateRolling(rollingUpdate, 'spec.strategy.rollingUpdate', to);
  } else to.notSupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate']);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', to);
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined) {
    nonNegative(deadline, 'spec.progressDeadlineSeconds', to);
    if (deadline <= (spec.minReadySeconds ?? 0))
      to.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
  }
}

export const deploymentValidation: Validation<appsv1.Deployment> = {
  create: validateDeployment,
  update: also(validateDeployment, immutableSelector),
  subresources: { status: validateDeploymentStatus },
  warnings: warningsForReplicated,
};
