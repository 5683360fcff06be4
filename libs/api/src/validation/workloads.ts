import type { appsv1, corev1, IntOrString, metav1 } from '@skiff/contracts';
import { labelSelectorPredicate } from '../selectors/label-selector';
import { immutable, same } from './metadata';
import { isPercent } from './names';
import { validatePodTemplate } from './pod/pod';
import { child, sorted, type Problems } from './problems';
import { isEmptySelector, nonNegative, validateLabelSelector } from './selectors';

const alwaysOnly = ['Always'];

function validateSelector(
  selector: metav1.LabelSelector | undefined,
  kind: string,
  path: string,
  to: Problems,
): boolean {
  const before = to.causes.length;
  if (!selector) to.required(path);
  else {
    validateLabelSelector(selector, path, to);
    if (isEmptySelector(selector)) to.invalid(path, selector, `empty selector is invalid for ${kind}`);
  }
  return to.causes.length === before;
}

/** The template's labels are those that the selector picks; its pods run for ever. */
function validateTemplate(
  template: corev1.PodTemplateSpec | undefined,
  selector: metav1.LabelSelector | undefined,
  to: Problems,
): void {
  const labels = template?.metadata?.labels;
  const matches = selector !== undefined && (isEmptySelector(selector) || labelSelectorPredicate(selector)(labels));
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
    to.forbidden('spec.template.spec.activeDeadlineSeconds', 'activeDeadlineSeconds in ReplicaSet is not Supported');
}

/** A count or a percentage. */
export function validateCountOrPercent(value: IntOrString | undefined, path: string, to: Problems): void {
  if (typeof value === 'string') {
    if (!isPercent(value))
      to.invalid(
        path,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      );
  } else nonNegative(value, path, to);
}

const amount = (value: IntOrString | undefined): number =>
  typeof value === 'string' ? Number.parseInt(value, 10) : (value ?? 0);

function notOverAll(value: IntOrString | undefined, path: string, to: Problems): void {
  if (typeof value === 'string' && isPercent(value) && amount(value) > 100)
    to.invalid(path, value, 'must not be greater than 100%');
}

function validateRolling(
  rolling: { maxUnavailable?: IntOrString | undefined; maxSurge?: IntOrString | undefined },
  path: string,
  to: Problems,
): void {
  const { maxUnavailable, maxSurge } = rolling;
  validateCountOrPercent(maxUnavailable, child(path, 'maxUnavailable'), to);
  validateCountOrPercent(maxSurge, child(path, 'maxSurge'), to);
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0)
    to.invalid(child(path, 'maxUnavailable'), maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0');
  notOverAll(maxUnavailable, child(path, 'maxUnavailable'), to);
}

export function validateDeployment({ spec = {} }: appsv1.Deployment, to: Problems): void {
  nonNegative(spec.replicas, 'spec.replicas', to);
  validateSelector(spec.selector, 'deployment', 'spec.selector', to);
  validateTemplate(spec.template, spec.selector, to);
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

export function validateReplicaSet({ spec = {} }: appsv1.ReplicaSet, to: Problems): void {
  nonNegative(spec.replicas, 'spec.replicas', to);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  validateSelector(spec.selector, 'replicaset', 'spec.selector', to);
  if (!spec.template) to.required('spec.template');
  else validateTemplate(spec.template, spec.selector, to);
}

/** A node's pod either goes before the new one comes, or after. */
function validateDaemonRolling(rolling: appsv1.RollingUpdateDaemonSet, path: string, to: Problems): void {
  const { maxUnavailable, maxSurge } = rolling;
  validateCountOrPercent(maxUnavailable, child(path, 'maxUnavailable'), to);
  notOverAll(maxUnavailable, child(path, 'maxUnavailable'), to);
  validateCountOrPercent(maxSurge, child(path, 'maxSurge'), to);
  notOverAll(maxSurge, child(path, 'maxSurge'), to);
  const [gone, more] = [amount(maxUnavailable) !== 0, amount(maxSurge) !== 0];
  if (gone && more) to.invalid(child(path, 'maxSurge'), maxSurge, 'may not be set when maxUnavailable is non-zero');
  else if (!gone && !more) to.required(child(path, 'maxUnavailable'), 'cannot be 0 when maxSurge is 0');
}

export function validateDaemonSet({ spec = {} }: appsv1.DaemonSet, to: Problems): void {
  validateSelector(spec.selector, 'daemonset', 'spec.selector', to);
  validateTemplate(spec.template, spec.selector, to);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  const { type = '', rollingUpdate } = spec.updateStrategy ?? {};
  if (type === 'RollingUpdate') {
    if (!rollingUpdate) to.required('spec.updateStrategy.rollingUpdate');
    else validateDaemonRolling(rollingUpdate, 'spec.updateStrategy.rollingUpdate', to);
  } else if (type !== 'OnDelete')
    to.notSupported('spec.updateStrategy', spec.updateStrategy, ['RollingUpdate', 'OnDelete']);
  nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', to);
}

export function validateStatefulSet({ spec = {} }: appsv1.StatefulSet, to: Problems): void {
  const policy = spec.podManagementPolicy;
  if (!policy) to.required('spec.podManagementPolicy');
  else if (!['OrderedReady', 'Parallel'].includes(policy))
    to.invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'");
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  if (!type) to.required('spec.updateStrategy');
  else if (type === 'OnDelete') {
    if (rollingUpdate)
      to.invalid('spec.updateStrategy.rollingUpdate', rollingUpdate, `only allowed for updateStrategy 'RollingUpdate'`);
  } else if (type === 'RollingUpdate')
    nonNegative(rollingUpdate?.partition, 'spec.updateStrategy.rollingUpdate.partition', to);
  else to.invalid('spec.updateStrategy', spec.updateStrategy, "must be 'RollingUpdate' or 'OnDelete'");
  nonNegative(spec.replicas, 'spec.replicas', to);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  nonNegative(spec.ordinals?.start, 'spec.ordinals.start', to);
  for (const moment of ['whenDeleted', 'whenScaled'] as const) {
    const retention = spec.persistentVolumeClaimRetentionPolicy?.[moment];
    if (retention !== undefined && !['Delete', 'Retain'].includes(retention))
      to.notSupported(`spec.persistentVolumeClaimRetentionPolicy.${moment}`, retention, ['Delete', 'Retain']);
  }
  validateSelector(spec.selector, 'statefulset', 'spec.selector', to);
  validateTemplate(spec.template, spec.selector, to);
}

export function validateController({ spec = {} }: corev1.ReplicationController, to: Problems): void {
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  if (Object.keys(spec.selector ?? {}).length === 0) to.required('spec.selector');
  nonNegative(spec.replicas, 'spec.replicas', to);
  if (!spec.template) to.required('spec.template');
  else validateTemplate(spec.template, { matchLabels: spec.selector ?? {} }, to);
}

/** The selector never changes, of Deployments, ReplicaSets and DaemonSets alike. */
export function immutableSelector(
  object: { spec?: { selector?: metav1.LabelSelector | undefined } | undefined },
  old: { spec?: { selector?: metav1.LabelSelector | undefined } | undefined },
  to: Problems,
): void {
  immutable(object.spec?.selector, old.spec?.selector, 'spec.selector', to);
}

const statefulMayChange = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]);

export function validateStatefulSetUpdate(object: appsv1.StatefulSet, old: appsv1.StatefulSet, to: Problems): void {
  const rest = (spec: appsv1.StatefulSetSpec = {}) =>
    Object.fromEntries(Object.entries(spec).filter(([name]) => !statefulMayChange.has(name)));
  if (!same(rest(object.spec), rest(old.spec)))
    to.forbidden(
      'spec',
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    );
}
