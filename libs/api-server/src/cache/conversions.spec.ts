import { Kinds, type autoscalingv2, type Kind } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';
import { horizontalPodAutoscalerV1Conversion, requireResource } from '@skiff/resources';
import { VersionView } from '../registry/version-view';
import { RecordCodec } from './record';

const { fromStored, toStored } = horizontalPodAutoscalerV1Conversion;

const recordsOf = <T extends ApiObject>(kind: Kind<T>): RecordCodec =>
  new RecordCodec(requireResource(kind).storage?.kinds ?? [kind as Kind<ApiObject>]);
const viewOf = <T extends ApiObject>(kind: Kind<T>): VersionView<T> =>
  new VersionView(kind, requireResource(kind).storage);

/** What is stored for an object of a kind. */
const encode = <T extends ApiObject>(kind: Kind<T>, object: T): Uint8Array =>
  recordsOf(kind).encode(viewOf(kind).toStored(object) as ApiObject, undefined);

/** The object of a kind that is shown of what is stored. */
async function decode<T extends ApiObject>(kind: Kind<T>, value: Uint8Array, revision: bigint): Promise<T> {
  return (await viewOf(kind).of(recordsOf(kind).decode({ key: 'key', value, revision }))).object;
}

describe('kinds that share their storage', () => {
  it('show an event of either group in the other', async () => {
    const value = encode(Kinds.EventsEvent, {
      kind: 'Event',
      apiVersion: 'events.k8s.io/v1',
      metadata: { name: 'e', namespace: 'default' },
      regarding: { kind: 'Pod', name: 'p' },
      note: 'it started',
      reason: 'Started',
      type: 'Normal',
      reportingController: 'kubelet',
    });
    const core = await decode(Kinds.Event, value, 7n);
    expect(core).toMatchObject({
      apiVersion: 'v1',
      involvedObject: { kind: 'Pod', name: 'p' },
      message: 'it started',
      reportingComponent: 'kubelet',
    });
    const again = await decode(Kinds.EventsEvent, encode(Kinds.Event, core), 8n);
    expect(again).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      metadata: { resourceVersion: '8' },
      regarding: { kind: 'Pod', name: 'p' },
      note: 'it started',
      reportingController: 'kubelet',
    });
  });

  it('show the CPU target of an autoscaler in both versions', async () => {
    const value = encode(Kinds.HorizontalPodAutoscalerV1, {
      metadata: { name: 'h' },
      spec: { scaleTargetRef: {}, maxReplicas: 3, targetCPUUtilizationPercentage: 60 },
    });
    expect((await decode(Kinds.HorizontalPodAutoscaler, value, 1n)).spec?.metrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
    ]);
    const back = await decode(Kinds.HorizontalPodAutoscalerV1, value, 1n);
    expect(back.spec?.targetCPUUtilizationPercentage).toBe(60);
  });

  it('keep what autoscaling/v1 has no field for in annotations', () => {
    const stored: autoscalingv2.HorizontalPodAutoscaler = {
      metadata: { name: 'h', annotations: { mine: 'x' } },
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'web' },
        maxReplicas: 3,
        metrics: [
          { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
          {
            type: 'Pods',
            pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '10' } },
          },
          {
            type: 'Object',
            object: {
              describedObject: { kind: 'Ingress', name: 'i' },
              metric: { name: 'hits', selector: { matchLabels: { a: 'b' } } },
              target: { type: 'Value', value: '2k' },
            },
          },
          {
            type: 'External',
            external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } },
          },
          {
            type: 'ContainerResource',
            containerResource: {
              name: 'cpu',
              container: 'app',
              target: { type: 'Utilization', averageUtilization: 50 },
            },
          },
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
        ],
        behavior: { scaleDown: { stabilizationWindowSeconds: 10 } },
      },
      status: {
        conditions: [{ type: 'AbleToScale', status: 'True' }],
        currentMetrics: [
          { type: 'Resource', resource: { name: 'memory', current: { averageValue: '2Gi', averageUtilization: 10 } } },
          { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 30, averageValue: '0' } } },
        ],
      },
    };
    const v1 = fromStored(stored);
    expect(v1).toMatchObject({
      metadata: {
        annotations: {
          mine: 'x',
          'autoscaling.alpha.kubernetes.io/behavior': '{"scaleDown":{"stabilizationWindowSeconds":10}}',
          'autoscaling.alpha.kubernetes.io/conditions': '[{"type":"AbleToScale","status":"True"}]',
        },
      },
      spec: { targetCPUUtilizationPercentage: 60 },
      status: { currentCPUUtilizationPercentage: 30 },
    });
    expect(JSON.parse(v1.metadata?.annotations?.['autoscaling.alpha.kubernetes.io/metrics'] ?? '')).toEqual([
      { type: 'Resource', resource: { name: 'memory', targetAverageValue: '1Gi' } },
      { type: 'Pods', pods: { metricName: 'rps', targetAverageValue: '10' } },
      {
        type: 'Object',
        object: {
          target: { kind: 'Ingress', name: 'i' },
          metricName: 'hits',
          targetValue: '2k',
          selector: { matchLabels: { a: 'b' } },
        },
      },
      { type: 'External', external: { metricName: 'queue', targetAverageValue: '30' } },
      { type: 'ContainerResource', containerResource: { name: 'cpu', targetAverageUtilization: 50, container: 'app' } },
    ]);
    const again = toStored(v1);
    expect(again.spec).toEqual(stored.spec);
    expect(again.metadata).toEqual(stored.metadata);
    expect(again.status?.conditions).toEqual(stored.status?.conditions);
    expect(again.status?.currentMetrics?.[0]).toEqual(stored.status?.currentMetrics?.[0]);
  });
});
