import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { autoscalingv1, autoscalingv2 } from '@skiff/contracts';

const unknown = '<unknown>';

const percent = (value: number | undefined, otherwise: string): string =>
  value === undefined ? otherwise : `${value}%`;

interface Measured {
  readonly current?: autoscalingv2.MetricValueStatus | undefined;
}

/** A value per pod, or of all together. */
function valueText({ averageValue, value }: autoscalingv2.MetricTarget, now: Measured | undefined): string {
  if (averageValue !== undefined) return `${now?.current?.averageValue ?? unknown}/${averageValue} (avg)`;
  return `${now?.current?.value ?? unknown}/${value ?? unknown}`;
}

function resourceText(
  { name = '', target }: autoscalingv2.ResourceMetricSource | autoscalingv2.ContainerResourceMetricSource,
  now: Measured | undefined,
): string {
  if (target?.averageValue !== undefined)
    return `${name}: ${now?.current?.averageValue ?? unknown}/${target.averageValue}`;
  return `${name}: ${percent(now?.current?.averageUtilization, unknown)}/${percent(target?.averageUtilization, '<auto>')}`;
}

function metricText(spec: autoscalingv2.MetricSpec, now: autoscalingv2.MetricStatus | undefined): string {
  const { resource, containerResource, pods, object, external } = spec;
  if (resource) return resourceText(resource, now?.resource);
  if (containerResource) return resourceText(containerResource, now?.containerResource);
  if (pods) return `${now?.pods?.current?.averageValue ?? unknown}/${pods.target?.averageValue ?? unknown}`;
  if (object) return valueText(object.target ?? {}, now?.object);
  return external ? valueText(external.target ?? {}, now?.external) : '<unknown type>';
}

const mostMetrics = 2;

function targetsOf({ spec, status }: autoscalingv2.HorizontalPodAutoscaler): string {
  const all = (spec?.metrics ?? []).map((metric, index) => metricText(metric, status?.currentMetrics?.[index]));
  if (all.length === 0) return '<none>';
  const more = all.length > mostMetrics ? ` + ${all.length - mostMetrics} more...` : '';
  return `${all.slice(0, mostMetrics).join(', ')}${more}`;
}

const columns = [
  nameColumn,
  column('Reference', 'What it scales.'),
  column('Targets', 'What it measures, and what it wants.'),
  column('MinPods', 'The fewest pods.'),
  column('MaxPods', 'The most pods.'),
  column('Replicas', 'Pods that there are.'),
  ageColumn,
];

type Scaler = autoscalingv1.HorizontalPodAutoscaler | autoscalingv2.HorizontalPodAutoscaler;

/** Both versions have one table. */
function asV2(scaler: Scaler): autoscalingv2.HorizontalPodAutoscaler {
  if (scaler.apiVersion !== 'autoscaling/v1') return scaler as autoscalingv2.HorizontalPodAutoscaler;
  const { spec, status } = scaler as autoscalingv1.HorizontalPodAutoscaler;
  const target = spec?.targetCPUUtilizationPercentage;
  const current = status?.currentCPUUtilizationPercentage;
  const cpu = {
    name: 'cpu',
    target: { type: 'Utilization', ...(target === undefined ? {} : { averageUtilization: target }) },
  };
  const measured = { name: 'cpu', current: current === undefined ? {} : { averageUtilization: current } };
  return {
    ...scaler,
    spec: { ...spec, ...(target === undefined ? {} : { metrics: [{ type: 'Resource', resource: cpu }] }) },
    status: { ...status, currentMetrics: [{ type: 'Resource', resource: measured }] },
  } as autoscalingv2.HorizontalPodAutoscaler;
}

export const horizontalPodAutoscalerTable: Table<Scaler> = {
  columns: columns,
  cells: (given, now) => {
    const scaler = asV2(given);
    const { scaleTargetRef: target, minReplicas, maxReplicas } = scaler.spec ?? {};
    return [
      nameOf(scaler),
      `${target?.kind ?? ''}/${target?.name ?? ''}`,
      targetsOf(scaler),
      minReplicas === undefined ? '<unset>' : String(minReplicas),
      maxReplicas ?? 0,
      scaler.status?.currentReplicas ?? 0,
      ageOf(scaler, now),
    ];
  },
};
