import { also, child, type ErrorList, nonNegative, type Validation } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { warningsForDaemonSet } from '../../core/pod/warnings/template';
import { amount, notOverAll, validateCountOrPercent } from '../count-validation';
import { immutableSelector, validateSelector, validateTemplate } from '../template-validation';
import { validateDaemonSetStatus } from './status';

/** A node's pod either goes before the new one comes, or after. */
function validateDaemonRolling(rolling: appsv1.RollingUpdateDaemonSet, path: string, to: ErrorList): void {
  const { maxUnavailable, maxSurge } = rolling;
  validateCountOrPercent(maxUnavailable, child(path, 'maxUnavailable'), to);
  notOverAll(maxUnavailable, child(path, 'maxUnavailable'), to);
  validateCountOrPercent(maxSurge, child(path, 'maxSurge'), to);
  notOverAll(maxSurge, child(path, 'maxSurge'), to);
  const [gone, more] = [amount(maxUnavailable) !== 0, amount(maxSurge) !== 0];
  if (gone && more) to.invalid(child(path, 'maxSurge'), maxSurge, 'may not be set when maxUnavailable is non-zero');
  else if (!gone && !more) to.required(child(path, 'maxUnavailable'), 'cannot be 0 when maxSurge is 0');
}

export function validateDaemonSet({ spec = {} }: appsv1.DaemonSet, to: ErrorList): void {
  validateSelector(spec.selector, 'daemonset', 'spec.selector', to);
  validateTemplate(spec.template, spec.selector, 'DaemonSet', to);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  const { type = '', rollingUpdate } = spec.updateStrategy ?? {};
  if (type === 'RollingUpdate') {
    if (!rollingUpdate) to.required('spec.updateStrategy.rollingUpdate');
    else validateDaemonRolling(rollingUpdate, 'spec.updateStrategy.rollingUpdate', to);
  } else if (type !== 'OnDelete')
    to.notSupported('spec.updateStrategy', spec.updateStrategy, ['RollingUpdate', 'OnDelete']);
  nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', to);
}

export const daemonSetValidation: Validation<appsv1.DaemonSet> = {
  create: validateDaemonSet,
  update: also(validateDaemonSet, immutableSelector),
  subresources: { status: validateDaemonSetStatus },
  warnings: warningsForDaemonSet,
};
