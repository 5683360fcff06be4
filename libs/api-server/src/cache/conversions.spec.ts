import { Kinds, type autoscalingv2 } from '@skiff/contracts';
import { decodeRecord, encodeRecord } from './record';
import { fromScalerV2, toScalerV2 } from './scaler-conversion';

describe('kinds that share their storage', () => {
  it('show an event of either group in the other', () => {
    const value = encodeRecord(
      Kinds.EventsEvent,
      {
        kind: 'Event',
        apiVersion: 'events.k8s.io/v1',
        metadata: { name: 'e', namespace: 'default' },
        regarding: { kind: 'Pod', name: 'p' },
        note: 'it started',
        reason: 'Started',
        type: 'Normal',
        reportingController: 'kubelet',
      },
      undefined,
    );
    const core = decodeRecord(Kinds.Event, 'key', value, 7n).object;
    expect(core).toMatchObject({
      apiVersion: 'v1',
      involvedObject: { kind: 'Pod', name: 'p' },
      message: 'it started',
      reportingComponent: 'kubelet',
    });
    const again = decodeRecord(Kinds.EventsEvent, 'key', encodeRecord(Kinds.Event, core, undefined), 8n).object;
    expect(again).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      metadata: { resourceVersion: '8' },
      regarding: { kind: 'Pod', name: 'p' },
      note: 'it started',
      reportingController: 'kubelet',
    });
  });

  it('show the CPU target of an autoscaler in both versions', () => {
    const value = encodeRecord(
      Kinds.HorizontalPodAutoscalerV1,
      { metadata: { name: 'h' }, spec: { scaleTargetRef: {}, maxReplicas: 3, targetCPUUtilizationPercentage: 60 } },
      undefined,
    );
    expect(decodeRecord(Kinds.HorizontalPodAutoscaler, 'key', value, 1n).object.spec?.metrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
    ]);
    const back = decodeRecord(Kinds.HorizontalPodAutoscalerV1, 'key', value, 1n).object;
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
    const v1 = fromScalerV2(stored);
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
    const again = toScalerV2(v1);
    expect(again.spec).toEqual(stored.spec);
    expect(again.metadata).toEqual(stored.metadata);
    expect(again.status?.conditions).toEqual(stored.status?.conditions);
    expect(again.status?.currentMetrics?.[0]).toEqual(stored.status?.currentMetrics?.[0]);
  });
});
