import {
  child,
  compareQuantities,
  type ErrorList,
  nonNegative,
  pathSegment,
  validateLabelSelector,
  type Validation,
} from '@skiff/apimachinery';
import type { autoscalingv1, autoscalingv2 } from '@skiff/contracts';

type Scaler = Pick<
  autoscalingv2.HorizontalPodAutoscalerSpec & autoscalingv1.HorizontalPodAutoscalerSpec,
  'scaleTargetRef' | 'minReplicas' | 'maxReplicas'
>;

function validateReference(
  reference: autoscalingv2.CrossVersionObjectReference | undefined,
  path: string,
  to: ErrorList,
): void {
  for (const name of ['kind', 'name'] as const) {
    const value = reference?.[name] ?? '';
    if (value === '') to.required(child(path, name));
    else to.all(child(path, name), value, pathSegment(value));
  }
}

export function validateBounds({ scaleTargetRef, minReplicas, maxReplicas = 0 }: Scaler, to: ErrorList): void {
  validateReference(scaleTargetRef, 'spec.scaleTargetRef', to);
  if (minReplicas !== undefined && minReplicas < 1)
    to.invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1');
  if (maxReplicas < 1) to.invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0');
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    to.invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`');
}

const targetTypes = ['AverageValue', 'Utilization', 'Value'];

function validateTarget(target: autoscalingv2.MetricTarget | undefined, path: string, to: ErrorList): void {
  const { type = '', averageUtilization, averageValue, value } = target ?? {};
  if (type === '') to.required(child(path, 'type'), 'must specify a metric target type');
  else if (!targetTypes.includes(type))
    to.invalid(child(path, 'type'), type, 'must be either Utilization, Value, or AverageValue');
  const amounts = { value, averageValue };
  for (const [name, amount] of Object.entries(amounts))
    if (amount !== undefined && compareQuantities(amount, '0') <= 0)
      to.invalid(child(path, name), amount, 'must be positive');
  if (averageUtilization !== undefined && averageUtilization < 1)
    to.invalid(child(path, 'averageUtilization'), averageUtilization, 'must be greater than 0');
}

function validateResourceMetric(
  metric: autoscalingv2.ResourceMetricSource | autoscalingv2.ContainerResourceMetricSource,
  path: string,
  to: ErrorList,
): void {
  if (!metric.name) to.required(child(path, 'name'), 'must specify a resource name');
  validateTarget(metric.target, child(path, 'target'), to);
  const { averageUtilization, averageValue } = metric.target ?? {};
  if (averageUtilization === undefined && averageValue === undefined)
    to.required(
      `${child(path, 'target')}.averageUtilization`,
      'must set either a target raw value or a target utilization',
    );
  if (averageUtilization !== undefined && averageValue !== undefined)
    to.forbidden(
      `${child(path, 'target')}.averageValue`,
      'may not set both a target raw value and a target utilization',
    );
}

interface NamedMetric {
  readonly metric?: autoscalingv2.MetricIdentifier | undefined;
  readonly target?: autoscalingv2.MetricTarget | undefined;
}

function validateNamedMetric({ metric, target }: NamedMetric, path: string, both: boolean, to: ErrorList): void {
  const name = metric?.name ?? '';
  if (name === '') to.required(`${child(path, 'metric')}.name`, 'must specify a metric name');
  else to.all(`${child(path, 'metric')}.name`, name, pathSegment(name));
  validateLabelSelector(metric?.selector, `${child(path, 'metric')}.selector`, to);
  validateTarget(target, child(path, 'target'), to);
  if (target?.averageValue === undefined && (!both || target?.value === undefined))
    to.required(
      `${child(path, 'target')}.averageValue`,
      both
        ? 'must set either a target value for metric or a per-pod target'
        : 'must specify a positive target averageValue',
    );
}

const sources = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  External: 'external',
  ContainerResource: 'containerResource',
} as const;

function validateMetric(metric: autoscalingv2.MetricSpec, path: string, to: ErrorList): void {
  const { type = '', object, pods, resource, containerResource, external } = metric;
  const source = sources[type as keyof typeof sources] as (typeof sources)[keyof typeof sources] | undefined;
  if (type === '') to.required(child(path, 'type'), 'must specify a metric source type');
  else if (!source) to.notSupported(child(path, 'type'), type, Object.keys(sources).sort());
  else if (!metric[source]) to.required(child(path, source), 'must populate information for the given metric source');
  for (const name of Object.values(sources))
    if (source && name !== source && metric[name])
      to.forbidden(child(path, name), 'must populate the given metric source only');
  if (resource) validateResourceMetric(resource, child(path, 'resource'), to);
  if (containerResource) {
    if (!containerResource.container)
      to.required(`${child(path, 'containerResource')}.container`, 'must specify a container');
    validateResourceMetric(containerResource, child(path, 'containerResource'), to);
  }
  if (object) {
    validateReference(object.describedObject, `${child(path, 'object')}.describedObject`, to);
    validateNamedMetric(object, child(path, 'object'), true, to);
  }
  if (pods) validateNamedMetric(pods, child(path, 'pods'), false, to);
  if (external) validateNamedMetric(external, child(path, 'external'), true, to);
}

function validateScaling(rules: autoscalingv2.HPAScalingRules | undefined, path: string, to: ErrorList): void {
  if (!rules) return;
  const { stabilizationWindowSeconds: window, selectPolicy, policies } = rules;
  if (window !== undefined && window < 0)
    to.invalid(child(path, 'stabilizationWindowSeconds'), window, 'must be greater than or equal to zero');
  if (window !== undefined && window > 3600)
    to.invalid(child(path, 'stabilizationWindowSeconds'), window, 'must be less than or equal to 3600');
  const selections = ['Disabled', 'Max', 'Min'];
  if (selectPolicy !== undefined && !selections.includes(selectPolicy))
    to.notSupported(child(path, 'selectPolicy'), selectPolicy, selections);
  if (!policies?.length) to.required(child(path, 'policies'), 'must specify at least one Policy');
  for (const [index, { type = '', value = 0, periodSeconds = 0 }] of (policies ?? []).entries()) {
    const at = `${child(path, 'policies')}[${index}]`;
    if (!['Percent', 'Pods'].includes(type)) to.notSupported(child(at, 'type'), type, ['Percent', 'Pods']);
    if (value <= 0) to.invalid(child(at, 'value'), value, 'must be greater than zero');
    if (periodSeconds <= 0) to.invalid(child(at, 'periodSeconds'), periodSeconds, 'must be greater than zero');
    if (periodSeconds > 1800)
      to.invalid(child(at, 'periodSeconds'), periodSeconds, 'must be less than or equal to 1800');
  }
}

const scalesToZero = (metric: autoscalingv2.MetricSpec): boolean =>
  metric.type === 'Object' || metric.type === 'External';

/** Nobody measures pods that there are none of. */
export function validateZero(minReplicas: number | undefined, canScaleToZero: boolean, to: ErrorList): void {
  if (minReplicas === 0 && !canScaleToZero)
    to.forbidden(
      'spec.metrics',
      'must specify at least one Object or External metric to support scaling to zero replicas',
    );
}

/** Rules of an autoscaler; upstream's pkg/apis/autoscaling/validation. */
export function validateAutoscaler({ spec = {} }: autoscalingv2.HorizontalPodAutoscaler, to: ErrorList): void {
  validateBounds(spec, to);
  for (const [index, metric] of (spec.metrics ?? []).entries()) validateMetric(metric, `spec.metrics[${index}]`, to);
  validateZero(spec.minReplicas, (spec.metrics ?? []).some(scalesToZero), to);
  validateScaling(spec.behavior?.scaleUp, 'spec.behavior.scaleUp', to);
  validateScaling(spec.behavior?.scaleDown, 'spec.behavior.scaleDown', to);
}

/** Upstream: ValidateHorizontalPodAutoscalerStatusUpdate. */
export function validateAutoscalerStatus(
  { status }: autoscalingv1.HorizontalPodAutoscaler | autoscalingv2.HorizontalPodAutoscaler,
  _old: unknown,
  to: ErrorList,
): void {
  nonNegative(status?.currentReplicas, 'status.currentReplicas', to);
  nonNegative(status?.desiredReplicas, 'status.desiredReplicas', to);
}

export const horizontalPodAutoscalerValidation: Validation<autoscalingv2.HorizontalPodAutoscaler> = {
  create: validateAutoscaler,
  subresources: { status: validateAutoscalerStatus },
};
