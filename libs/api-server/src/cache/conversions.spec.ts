import { Kinds } from '@skiff/contracts';
import { decodeRecord, encodeRecord } from './cached-object';

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
});
