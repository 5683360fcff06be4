import type { corev1 } from '@skiff/contracts';
import { podStrategy } from './strategy';

/** A pod as it is stored; the writer and the time do not matter. */
function created(spec: corev1.PodSpec, labels: Record<string, string> = {}): corev1.Pod {
  const pod: corev1.Pod = { metadata: { name: 'p', labels }, spec };
  podStrategy.prepareForCreate?.(pod, { user: { name: 'u' }, now: '2026-01-01T00:00:00Z' } as never);
  return pod;
}

describe('A new pod', () => {
  it('is pending, of a class by what it asks for', () => {
    expect(created({ containers: [{ name: 'c' }] }).status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
    const resources = { limits: { cpu: '1', memory: '1Gi' } };
    expect(created({ containers: [{ name: 'c', resources }] }).status?.qosClass).toBe('Guaranteed');
  });

  it('says so when gates keep it from being scheduled', () => {
    expect(created({ schedulingGates: [{ name: 'a/b' }] }).status?.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ]);
  });

  it('has its own values of label keys in its selectors', () => {
    const term = (): corev1.PodAffinityTerm => ({
      topologyKey: 't',
      labelSelector: { matchLabels: { app: 'x' } },
      matchLabelKeys: ['hash', 'absent'],
      mismatchLabelKeys: ['tenant'],
    });
    const pod = created(
      {
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term()] },
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term() }],
          },
        },
        topologySpreadConstraints: [{ labelSelector: {}, matchLabelKeys: ['hash'] }, { matchLabelKeys: ['hash'] }],
      },
      { hash: 'h', tenant: 'mine' },
    );
    const merged = {
      matchLabels: { app: 'x' },
      matchExpressions: [
        { key: 'hash', operator: 'In', values: ['h'] },
        { key: 'tenant', operator: 'NotIn', values: ['mine'] },
      ],
    };
    const { affinity, topologySpreadConstraints } = pod.spec ?? {};
    expect(affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]?.labelSelector).toEqual(merged);
    expect(
      affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.[0]?.podAffinityTerm?.labelSelector,
    ).toEqual(merged);
    expect(topologySpreadConstraints?.map(({ labelSelector }) => labelSelector)).toEqual([
      { matchExpressions: [{ key: 'hash', operator: 'In', values: ['h'] }] },
      undefined,
    ]);
  });
});

describe('A pod that is changed through a subresource', () => {
  const old = (): corev1.Pod => ({
    metadata: { name: 'p', labels: { app: 'x' }, ownerReferences: [{ kind: 'Job', name: 'j', uid: 'u' }] },
    spec: { nodeName: 'n', containers: [{ name: 'c', image: 'a', resources: { limits: { cpu: '1' } } }] },
    status: { phase: 'Running' },
  });
  const changed = (): corev1.Pod => ({
    metadata: { name: 'p', labels: { app: 'other' }, managedFields: [{ manager: 'm' }] },
    spec: {
      hostNetwork: true,
      containers: [{ name: 'c', image: 'b', resources: { limits: { cpu: '2' } } }],
      ephemeralContainers: [{ name: 'debug', image: 'd' }],
    },
    status: { phase: 'Running' },
  });
  const updated = (subresource: string): corev1.Pod => {
    const pod = changed();
    podStrategy.prepareForUpdate?.(pod, old(), subresource, undefined as never);
    return pod;
  };
  const kept = { ...old().metadata, managedFields: [{ manager: 'm' }] };

  it('gets ephemeral containers, and nothing else', () => {
    const spec = { ...old().spec, ephemeralContainers: [{ name: 'debug', image: 'd' }] };
    expect(updated('ephemeralcontainers')).toEqual({ ...old(), metadata: kept, spec });
  });

  it('gets resources for its containers, and nothing else', () => {
    const containers = [{ name: 'c', image: 'a', resources: { limits: { cpu: '2' } } }];
    expect(updated('resize')).toEqual({ ...old(), metadata: kept, spec: { nodeName: 'n', containers } });
  });

  it('keeps its owners when its status is written', () => {
    expect(updated('status').metadata).toEqual({ ...changed().metadata, ...old().metadata, labels: { app: 'other' } });
  });
});
