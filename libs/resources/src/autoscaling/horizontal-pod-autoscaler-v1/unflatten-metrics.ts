import type { autoscalingv2 } from '@skiff/contracts';
import { present, type FlatMetric, type FlatNamed, type FlatResource, type Values } from './flat-metric';

function readTarget(values: Values): autoscalingv2.MetricTarget {
  const type =
    values.averageUtilization !== undefined
      ? 'Utilization'
      : values.averageValue !== undefined
        ? 'AverageValue'
        : 'Value';
  return { type, ...present(values) };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const count = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const selectorOf = (value: unknown): autoscalingv2.MetricIdentifier =>
  value === undefined ? {} : { selector: value as NonNullable<autoscalingv2.MetricIdentifier['selector']> };

/** The v2 metric that an annotation of v1 keeps. */
export function unflattenSpec({
  type,
  object,
  pods,
  resource,
  containerResource,
  external,
}: FlatMetric): autoscalingv2.MetricSpec {
  const resourceTarget = (flat: FlatResource): autoscalingv2.MetricTarget =>
    readTarget({
      averageUtilization: count(flat['targetAverageUtilization']),
      averageValue: text(flat['targetAverageValue']),
    });
  return present({
    type,
    object: object && {
      describedObject: object.target ?? {},
      metric: { name: text(object['metricName']) ?? '', ...selectorOf(object['selector']) },
      target: readTarget(
        text(object['averageValue']) === undefined
          ? { value: text(object['targetValue']) }
          : { averageValue: text(object['averageValue']) },
      ),
    },
    pods: pods && {
      metric: { name: text(pods['metricName']) ?? '', ...selectorOf(pods['selector']) },
      target: readTarget({ averageValue: text(pods['targetAverageValue']) }),
    },
    resource: resource && { name: text(resource['name']) ?? '', target: resourceTarget(resource) },
    containerResource: containerResource && {
      name: text(containerResource['name']) ?? '',
      target: resourceTarget(containerResource),
      container: text(containerResource['container']) ?? '',
    },
    external: external && {
      metric: { name: text(external['metricName']) ?? '', ...selectorOf(external['metricSelector']) },
      target: readTarget({
        value: text(external['targetValue']),
        averageValue: text(external['targetAverageValue']),
      }),
    },
  });
}

/** The measured v2 metric that an annotation of v1 keeps. */
export function unflattenStatus({
  type,
  object,
  pods,
  resource,
  containerResource,
  external,
}: FlatMetric): autoscalingv2.MetricStatus {
  const current = (flat: FlatNamed): Values =>
    present({
      averageUtilization: count(flat['currentAverageUtilization']),
      averageValue: text(flat['currentAverageValue']) ?? text(flat['averageValue']),
      value: text(flat['currentValue']),
    });
  const metric = (flat: FlatNamed): autoscalingv2.MetricIdentifier => ({
    name: text(flat['metricName']) ?? '',
    ...selectorOf(flat['selector'] ?? flat['metricSelector']),
  });
  return present({
    type,
    object: object && { describedObject: object.target ?? {}, metric: metric(object), current: current(object) },
    pods: pods && { metric: metric(pods), current: current(pods) },
    resource: resource && { name: text(resource['name']) ?? '', current: current(resource) },
    containerResource: containerResource && {
      name: text(containerResource['name']) ?? '',
      current: current(containerResource),
      container: text(containerResource['container']) ?? '',
    },
    external: external && { metric: metric(external), current: current(external) },
  });
}
