import type { appsv1, batchv1, corev1, IntOrString, metav1 } from '@skiff/contracts';
import { labelSelectorPredicate } from '../selectors/label-selector';
import { invalidValue, nonNegative, quoted, required, unsupported, type FieldError } from './field-error';
import { validateLabels } from './metadata';
import { validatePodSpec } from './pod';

type Labels = Readonly<Record<string, string>>;
type Replicated = appsv1.Deployment | appsv1.ReplicaSet | appsv1.StatefulSet | appsv1.DaemonSet;

/** A map as Go prints it in an error. */
export const goLabels = (labels: Labels | undefined): string =>
  `map[string]string{${Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${quoted(key)}:${quoted(value)}`)
    .join(', ')}}`;

/** A label selector as Go prints it in an error. */
export function goSelector(selector: metav1.LabelSelector | undefined): string {
  const expressions = (selector?.matchExpressions ?? []).map(
    ({ key, operator, values }) =>
      `v1.LabelSelectorRequirement{Key:${quoted(key)}, Operator:${quoted(operator)}, Values:[]string{${(values ?? []).map(quoted).join(', ')}}}`,
  );
  const list = expressions.length ? `{${expressions.join(', ')}}` : '(nil)';
  return `v1.LabelSelector{MatchLabels:${selector?.matchLabels ? goLabels(selector.matchLabels) : 'map[string]string(nil)'}, MatchExpressions:[]v1.LabelSelectorRequirement${list}}`;
}

/** Replicas, selector and template of what keeps pods running. */
export function validateReplicated(object: Replicated): FieldError[] {
  const { spec } = object;
  const selector = spec?.selector;
  const replicas = spec && 'replicas' in spec ? spec.replicas : undefined;
  const errors = nonNegative('spec.replicas', replicas);
  const empty = !selector?.matchLabels && !selector?.matchExpressions;
  if (empty) errors.push(required('spec.selector'));
  const labels = spec?.template?.metadata?.labels;
  if (empty || !labelSelectorPredicate(selector)(labels))
    errors.push(
      invalidValue('spec.template.metadata.labels', goLabels(labels), '`selector` does not match template `labels`'),
    );
  errors.push(...validateTemplate(spec?.template));
  const policy = spec?.template?.spec?.restartPolicy;
  if (policy && policy !== 'Always')
    errors.push(unsupported('spec.template.spec.restartPolicy', policy, ['Always']));
  return errors;
}

export function validateTemplate(template: corev1.PodTemplateSpec | undefined): FieldError[] {
  return [
    ...validateLabels(template?.metadata?.labels, 'spec.template.labels'),
    ...validatePodSpec(template?.spec, 'spec.template.spec'),
  ];
}

export function validateDeployment(deployment: appsv1.Deployment): FieldError[] {
  const errors = validateReplicated(deployment);
  const { strategy, minReadySeconds, revisionHistoryLimit, progressDeadlineSeconds } = deployment.spec ?? {};
  const rolling = strategy?.rollingUpdate;
  if (strategy?.type === 'RollingUpdate' && rolling && isZero(rolling.maxUnavailable) && isZero(rolling.maxSurge))
    errors.push(
      invalidValue(
        'spec.strategy.rollingUpdate.maxUnavailable',
        goIntOrString(rolling.maxUnavailable),
        'may not be 0 when `maxSurge` is 0',
      ),
    );
  errors.push(...nonNegative('spec.minReadySeconds', minReadySeconds));
  errors.push(...nonNegative('spec.revisionHistoryLimit', revisionHistoryLimit));
  errors.push(...nonNegative('spec.progressDeadlineSeconds', progressDeadlineSeconds));
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= (minReadySeconds ?? 0))
    errors.push(
      invalidValue('spec.progressDeadlineSeconds', String(progressDeadlineSeconds), 'must be greater than minReadySeconds'),
    );
  return errors;
}

const isZero = (value: IntOrString | undefined): boolean => parseInt(String(value ?? 0), 10) === 0;

const goIntOrString = (value: IntOrString | undefined): string =>
  typeof value === 'string'
    ? `intstr.IntOrString{Type:1, IntVal:0, StrVal:${quoted(value)}}`
    : `intstr.IntOrString{Type:0, IntVal:${value ?? 0}, StrVal:""}`;

export function validateJob({ spec }: batchv1.Job): FieldError[] {
  const errors = [
    ...nonNegative('spec.parallelism', spec?.parallelism),
    ...nonNegative('spec.completions', spec?.completions),
    ...nonNegative('spec.activeDeadlineSeconds', spec?.activeDeadlineSeconds),
    ...nonNegative('spec.backoffLimit', spec?.backoffLimit),
    ...nonNegative('spec.ttlSecondsAfterFinished', spec?.ttlSecondsAfterFinished),
    ...validateTemplate(spec?.template),
  ];
  const policy = spec?.template?.spec?.restartPolicy;
  const allowed = ['OnFailure', 'Never'];
  if (policy === 'Always' || !policy)
    errors.push(required('spec.template.spec.restartPolicy', `valid values: ${allowed.map(quoted).join(', ')}`));
  return errors;
}
