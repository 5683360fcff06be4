import { Kinds, type corev1 } from '@skiff/contracts';
import { metadata, printed } from '../../testing/printed';
import { podStatus } from './table';

describe('The status of a pod', () => {
  const container = (state: corev1.ContainerState, ready = false): corev1.ContainerStatus => ({
    name: 'c',
    state,
    ready,
  });
  const of = (status: corev1.PodStatus, spec: corev1.PodSpec = {}, more = {}): string =>
    podStatus({ metadata: { ...metadata, ...more }, spec, status });

  it.each([
    [{ phase: 'Pending' }, 'Pending'],
    [{ phase: 'Failed', reason: 'Evicted' }, 'Evicted'],
    [{ containerStatuses: [container({ waiting: { reason: 'ImagePullBackOff' } })] }, 'ImagePullBackOff'],
    [{ containerStatuses: [container({ terminated: { exitCode: 3 } })] }, 'ExitCode:3'],
    [{ containerStatuses: [container({ terminated: { exitCode: 0, signal: 9 } })] }, 'Signal:9'],
    [{ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }, 'SchedulingGated'],
    [{ initContainerStatuses: [container({ terminated: { exitCode: 1 } })] }, 'Init:ExitCode:1'],
    [{ initContainerStatuses: [container({ running: {} })] }, 'Init:0/1'],
  ] satisfies [corev1.PodStatus, string][])('%j is %s', (status, text) =>
    expect(of(status, { initContainers: [{ name: 'i' }] })).toBe(text),
  );

  it('says when it is going', () => {
    const deletionTimestamp = '2026-01-01T00:59:00Z';
    expect(of({ phase: 'Running' }, {}, { deletionTimestamp })).toBe('Terminating');
    expect(of({ phase: 'Running', reason: 'NodeLost' }, {}, { deletionTimestamp })).toBe('Unknown');
  });
});

describe('kubectl prints', () => {
  it('pods with their containers and restarts', () => {
    const pod: corev1.Pod = {
      metadata,
      spec: { containers: [{ name: 'a' }, { name: 'b' }], nodeName: 'one', readinessGates: [{ conditionType: 'g' }] },
      status: {
        phase: 'Running',
        podIPs: [{ ip: '10.0.0.1' }],
        conditions: [{ type: 'g', status: 'True' }],
        containerStatuses: [
          { name: 'a', ready: true, state: { running: {} }, restartCount: 2 },
          {
            name: 'b',
            restartCount: 1,
            state: { running: {} },
            lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:55:00Z' } },
          },
        ],
      },
    };
    expect(printed(Kinds.Pod, pod, true)).toEqual({
      Name: 'o',
      Ready: '1/2',
      Status: 'Running',
      Restarts: '3 (5m ago)',
      Age: '60m',
      IP: '10.0.0.1',
      Node: 'one',
      'Nominated Node': '<none>',
      'Readiness Gates': '1/1',
    });
  });
});
