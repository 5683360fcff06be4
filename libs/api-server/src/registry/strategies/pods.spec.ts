import { Kinds, type corev1 } from '@skiff/contracts';
import { podStrategy } from './pods';

/** A pod as it is stored; the writer and the time do not matter. */
function created(spec: corev1.PodSpec, labels: Record<string, string> = {}): corev1.Pod {
  const pod: corev1.Pod = { metadata: { name: 'p', labels }, spec };
  podStrategy.strategy.prepareCreate?.(pod, { user: { name: 'u' }, now: '2026-01-01T00:00:00Z' } as never);
  return pod;
}

describe('A new pod', () => {
  it('is pending, of a class by what it asks for', () => {
    expect(podStrategy.message).toBe(Kinds.Pod.message);
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
