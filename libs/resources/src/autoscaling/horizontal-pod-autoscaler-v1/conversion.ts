import type { Conversion } from '@skiff/apimachinery';
import { Kinds, type autoscalingv1, type autoscalingv2 } from '@skiff/contracts';
import type { FlatMetric } from './flat-metric';
import { flattenSpec, flattenStatus } from './flatten-metrics';
import { unflattenSpec, unflattenStatus } from './unflatten-metrics';

type V1 = autoscalingv1.HorizontalPodAutoscaler;

type V2 = autoscalingv2.HorizontalPodAutoscaler;

type Annotations = Readonly<Record<string, string>>;

const prefix = 'autoscaling.alpha.kubernetes.io/';

const [metricsKey, currentKey, conditionsKey, behaviorKey] = [
  `${prefix}metrics`,
  `${prefix}current-metrics`,
  `${prefix}conditions`,
  `${prefix}behavior`,
];

const keys = [metricsKey, currentKey, conditionsKey, behaviorKey];

/** What an annotation holds; undefined when it is not there, or no JSON, which upstream ignores as well. */
function readAnnotation<T>(annotations: Annotations | undefined, key: string): T | undefined {
  const text = annotations?.[key];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function withAnnotations(metadata: V1['metadata'], annotations: Annotations): V1['metadata'] {
  const rest = { ...metadata };
  delete rest.annotations;
  return Object.keys(annotations).length > 0 ? { ...rest, annotations: { ...annotations } } : rest;
}

/** What autoscaling/v1 has no field for stands in annotations, which the stored form has as fields again. */
export function toScalerV2(scaler: V1): V2 {
  const { targetCPUUtilizationPercentage: target, ...spec } = scaler.spec ?? {};
  const { currentCPUUtilizationPercentage: current, ...status } = scaler.status ?? {};
  const annotations = scaler.metadata?.annotations;
  const others = readAnnotation<FlatMetric[]>(annotations, metricsKey) ?? [];
  const measured = readAnnotation<FlatMetric[]>(annotations, currentKey);
  const conditions = readAnnotation<autoscalingv2.HorizontalPodAutoscalerCondition[]>(annotations, conditionsKey);
  const behavior = readAnnotation<autoscalingv2.HorizontalPodAutoscalerBehavior>(annotations, behaviorKey);
  const cpu = {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } },
  };
  const cpuNow = { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } };
  const metrics = [...others.map(unflattenSpec), ...(target === undefined ? [] : [cpu])];
  // The annotation has the utilization of CPU, too, beside its raw value.
  const currentMetrics = measured?.map(unflattenStatus) ?? (current === undefined ? [] : [cpuNow]);
  const kept = Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !keys.includes(key)));
  return {
    ...scaler,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(scaler.metadata, kept),
    spec: { ...spec, ...(metrics.length > 0 ? { metrics } : {}), ...(behavior ? { behavior } : {}) },
    status: {
      ...status,
      ...(currentMetrics.length > 0 ? { currentMetrics } : {}),
      ...(conditions?.length ? { conditions } : {}),
    },
  } as V2;
}

/** The one metric that autoscaling/v1 has a field for: the utilization of CPU. */
const isCpu = ({ type, resource }: autoscalingv2.MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined;

const isCpuNow = ({ type, resource }: autoscalingv2.MetricStatus): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.current?.averageUtilization !== undefined;

/** Shows what the stored form has more in annotations, so that a writer of autoscaling/v1 keeps it. */
export function fromScalerV2(scaler: V2): V1 {
  const { metrics, behavior, ...spec } = scaler.spec ?? {};
  const { currentMetrics, conditions, ...status } = scaler.status ?? {};
  const target = metrics?.find(isCpu)?.resource?.target?.averageUtilization;
  const current = currentMetrics?.find(isCpuNow)?.resource?.current?.averageUtilization;
  const others = (metrics ?? []).filter((metric) => !isCpu(metric));
  const annotations = {
    ...scaler.metadata?.annotations,
    ...(others.length > 0 ? { [metricsKey]: JSON.stringify(others.map(flattenSpec)) } : {}),
    ...(currentMetrics?.length ? { [currentKey]: JSON.stringify(currentMetrics.map(flattenStatus)) } : {}),
    ...(conditions?.length ? { [conditionsKey]: JSON.stringify(conditions) } : {}),
    ...(behavior ? { [behaviorKey]: JSON.stringify(behavior) } : {}),
  };
  return {
    ...scaler,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(scaler.metadata, annotations),
    spec: { ...spec, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
    status: { ...status, ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }) },
  } as V1;
}

/** Both versions are stored as autoscaling/v2. */
export const horizontalPodAutoscalerV1Conversion: Conversion<V1, V2> = {
  served: Kinds.HorizontalPodAutoscalerV1,
  stored: Kinds.HorizontalPodAutoscaler,
  toStored: toScalerV2,
  fromStored: fromScalerV2,
};
