import type { autoscalingv2 } from '@skiff/contracts';

type Spec = autoscalingv2.MetricSpec;

type Status = autoscalingv2.MetricStatus;

/** A metric as autoscaling/v1 keeps it in an annotation: the target is not an object of its own. */
export interface FlatMetric {
  readonly type?: string | undefined;
  readonly object?: FlatObject | undefined;
  readonly pods?: FlatNamed | undefined;
  readonly resource?: FlatResource | undefined;
  readonly containerResource?: FlatResource | undefined;
  readonly external?: FlatNamed | undefined;
}

/** Without the prefixes `target` and `current`, of which a metric has one in every field. */
interface FlatResource {
  readonly [field: string]: string | number | undefined;
}

interface FlatNamed {
  readonly [field: string]: unknown;
}

interface FlatObject extends FlatNamed {
  readonly target?: autoscalingv2.CrossVersionObjectReference | undefined;
}

type Values = {
  averageUtilization?: number | undefined;
  averageValue?: string | undefined;
  value?: string | undefined;
};

/** Without fields that say nothing. */
function present<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function resourceValues(prefix: 'target' | 'current', values: Values | undefined): FlatResource {
  return present({
    [`${prefix}AverageUtilization`]: values?.averageUtilization,
    [`${prefix}AverageValue`]: values?.averageValue,
  });
}

/** What is measured of a resource always has a value, if only of none. */
function resourceStatus(values: Values | undefined): FlatResource {
  return resourceValues('current', { ...values, averageValue: values?.averageValue ?? '0' });
}

/** Values of a metric, and the type that they imply. */
function readValues(values: Values): Values {
  return present(values);
}

function readTarget(values: Values): autoscalingv2.MetricTarget {
  const type =
    values.averageUtilization !== undefined
      ? 'Utilization'
      : values.averageValue !== undefined
        ? 'AverageValue'
        : 'Value';
  return { type, ...readValues(values) };
}

/** The form of a v2 metric in the annotation of v1. */
export function flattenSpec({ type, object, pods, resource, containerResource, external }: Spec): FlatMetric {
  return present({
    type,
    object: object && {
      target: object.describedObject,
      ...present({
        metricName: object.metric?.name,
        targetValue: object.target?.value ?? '0',
        selector: object.metric?.selector,
        averageValue: object.target?.averageValue,
      }),
    },
    pods:
      pods &&
      present({
        metricName: pods.metric?.name,
        targetAverageValue: pods.target?.averageValue ?? '0',
        selector: pods.metric?.selector,
      }),
    resource: resource && { name: resource.name, ...resourceValues('target', resource.target) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...resourceValues('target', containerResource.target),
      container: containerResource.container,
    },
    external:
      external &&
      present({
        metricName: external.metric?.name,
        metricSelector: external.metric?.selector,
        targetValue: external.target?.value,
        targetAverageValue: external.target?.averageValue,
      }),
  });
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const count = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const selectorOf = (value: unknown): autoscalingv2.MetricIdentifier =>
  value === undefined ? {} : { selector: value as NonNullable<autoscalingv2.MetricIdentifier['selector']> };

/** The v2 metric that an annotation of v1 keeps. */
export function unflattenSpec({ type, object, pods, resource, containerResource, external }: FlatMetric): Spec {
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

/** The form of a measured v2 metric in the annotation of v1. */
export function flattenStatus({ type, object, pods, resource, containerResource, external }: Status): FlatMetric {
  return present({
    type,
    object: object && {
      target: object.describedObject,
      ...present({
        metricName: object.metric?.name,
        currentValue: object.current?.value ?? '0',
        selector: object.metric?.selector,
        averageValue: object.current?.averageValue,
      }),
    },
    pods:
      pods &&
      present({
        metricName: pods.metric?.name,
        currentAverageValue: pods.current?.averageValue ?? '0',
        selector: pods.metric?.selector,
      }),
    resource: resource && { name: resource.name, ...resourceStatus(resource.current) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...resourceStatus(containerResource.current),
      container: containerResource.container,
    },
    external:
      external &&
      present({
        metricName: external.metric?.name,
        metricSelector: external.metric?.selector,
        currentValue: external.current?.value ?? '0',
        currentAverageValue: external.current?.averageValue,
      }),
  });
}

/** The measured v2 metric that an annotation of v1 keeps. */
export function unflattenStatus({ type, object, pods, resource, containerResource, external }: FlatMetric): Status {
  const current = (flat: FlatNamed): Values =>
    readValues({
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
