import type { autoscalingv2 } from '@skiff/contracts';
import { present, type FlatMetric, type FlatResource, type Values } from './flat-metric';

/** Which values of a metric are kept, and what stands for those that are missing. */
interface Side {
  readonly prefix: 'target' | 'current';
  readonly missing: string | undefined;
}

const target: Side = { prefix: 'target', missing: undefined };
/** What is measured always has a value, if only of none. */
const current: Side = { prefix: 'current', missing: '0' };

/** Where the values of a metric are: what is wanted in `target`, what is measured in `current`. */
interface Source {
  readonly target?: Values | undefined;
  readonly current?: Values | undefined;
}

interface NamedSource extends Source {
  readonly metric?: autoscalingv2.MetricIdentifier | undefined;
}

interface ResourceSource extends Source {
  readonly name?: string | undefined;
}

interface Metric {
  readonly type?: string | undefined;
  readonly object?: (NamedSource & Pick<autoscalingv2.ObjectMetricSource, 'describedObject'>) | undefined;
  readonly pods?: NamedSource | undefined;
  readonly resource?: ResourceSource | undefined;
  readonly containerResource?: (ResourceSource & { readonly container?: string | undefined }) | undefined;
  readonly external?: NamedSource | undefined;
}

function resourceValues(source: Source, { prefix, missing }: Side): FlatResource {
  return present({
    [`${prefix}AverageUtilization`]: source[prefix]?.averageUtilization,
    [`${prefix}AverageValue`]: source[prefix]?.averageValue ?? missing,
  });
}

function flatten({ type, object, pods, resource, containerResource, external }: Metric, side: Side): FlatMetric {
  const { prefix, missing } = side;
  return present({
    type,
    object: object && {
      target: object.describedObject,
      ...present({
        metricName: object.metric?.name,
        [`${prefix}Value`]: object[prefix]?.value ?? '0',
        selector: object.metric?.selector,
        averageValue: object[prefix]?.averageValue,
      }),
    },
    pods:
      pods &&
      present({
        metricName: pods.metric?.name,
        [`${prefix}AverageValue`]: pods[prefix]?.averageValue ?? '0',
        selector: pods.metric?.selector,
      }),
    resource: resource && { name: resource.name, ...resourceValues(resource, side) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...resourceValues(containerResource, side),
      container: containerResource.container,
    },
    external:
      external &&
      present({
        metricName: external.metric?.name,
        metricSelector: external.metric?.selector,
        [`${prefix}Value`]: external[prefix]?.value ?? missing,
        [`${prefix}AverageValue`]: external[prefix]?.averageValue,
      }),
  });
}

/** The form of a v2 metric in the annotation of v1. */
export function flattenSpec(metric: autoscalingv2.MetricSpec): FlatMetric {
  return flatten(metric, target);
}

/** The form of a measured v2 metric in the annotation of v1. */
export function flattenStatus(metric: autoscalingv2.MetricStatus): FlatMetric {
  return flatten(metric, current);
}
