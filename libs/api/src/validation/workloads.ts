import type { appsv1, corev1, IntOrString, metav1 } from '@skiff/contracts';
import {
  labelSelectorOrNone,
  immutable,
  isPercent,
  child,
  sorted,
  isEmptySelector,
  nonNegative,
  validateLabelSelector,
  type ErrorList,
} from '@skiff/apimachinery';
import { validatePodTemplate } from './pod/pod';

const alwaysOnly = ['Always'];

export function validateSelector(
  selector: metav1.LabelSelector | undefined,
  kind: string,
  path: string,
  to: ErrorList,
): boolean {
  const before = to.count;
  if (!selector) to.required(path);
  else {
    validateLabelSelector(selector, path, to);
    if (isEmptySelector(selector)) to.invalid(path, selector, `empty selector is invalid for ${kind}`);
  }
  return to.count === before;
}

/** The template's labels are those that the selector picks; its pods run for ever. `kind` is whose template it is. */
export function validateTemplate(
  template: corev1.PodTemplateSpec | undefined,
  selector: metav1.LabelSelector | undefined,
  kind: string,
  to: ErrorList,
): void {
  const labels = template?.metadata?.labels;
  const selects = labelSelectorOrNone(selector);
  if (!selects && kind !== 'DaemonSet')
    return to.invalid('spec.selector', selector, kind === 'StatefulSet' ? '' : 'invalid label selector');
  const matches = selector !== undefined && (isEmptySelector(selector) || (selects?.(labels) ?? true));
  if (!matches)
    to.invalid(
      'spec.template.metadata.labels',
      labels ? sorted(labels) : null,
      '`selector` does not match template `labels`',
    );
  validatePodTemplate(template, 'spec.template', to);
  const policy = template?.spec?.restartPolicy;
  const known = policy === 'OnFailure' || policy === 'Never';
  if (known) to.notSupported('spec.template.spec.restartPolicy', policy, alwaysOnly);
  if (template?.spec?.activeDeadlineSeconds !== undefined)
    to.forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${kind} is not Supported`);
}

/** A count or a percentage. */
export function validateCountOrPercent(value: IntOrString | undefined, path: string, to: ErrorList): void {
  if (typeof value === 'string') {
    if (!isPercent(value))
      to.invalid(
        path,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      );
  } else nonNegative(value, path, to);
}

/** The number in a count or a percentage; 0 for what is neither. */
export const amount = (value: IntOrString | undefined): number =>
  typeof value === 'string' ? Number.parseInt(value, 10) || 0 : (value ?? 0);

export function notOverAll(value: IntOrString | undefined, path: string, to: ErrorList): void {
  if (typeof value === 'string' && isPercent(value) && amount(value) > 100)
    to.invalid(path, value, 'must not be greater than 100%');
}

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

export function validateReplicaSet({ spec = {} }: appsv1.ReplicaSet, to: ErrorList): void {
  nonNegative(spec.replicas, 'spec.replicas', to);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  validateSelector(spec.selector, 'replicaset', 'spec.selector', to);
  if (!spec.template) to.required('spec.template');
  else validateTemplate(spec.template, spec.selector, 'ReplicaSet', to);
}

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

export function validateController({ spec = {} }: corev1.ReplicationController, to: ErrorList): void {
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  if (Object.keys(spec.selector ?? {}).length === 0) to.required('spec.selector');
  nonNegative(spec.replicas, 'spec.replicas', to);
  if (!spec.template) to.required('spec.template');
  else validateTemplate(spec.template, { matchLabels: spec.selector ?? {} }, 'ReplicationController', to);
}

/** The selector never changes, of Deployments, ReplicaSets and DaemonSets alike. */
export function immutableSelector(
  object: { spec?: { selector?: metav1.LabelSelector | undefined } | undefined },
  old: { spec?: { selector?: metav1.LabelSelector | undefined } | undefined },
  to: ErrorList,
): void {
  immutable(object.spec?.selector, old.spec?.selector, 'spec.selector', to);
}
