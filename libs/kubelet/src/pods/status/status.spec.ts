import type { corev1 } from '@skiff/contracts';
import { aContainer, aPod, aSandbox, exited } from '../../testing/pods';
import { emptyState, type PodRuntimeState } from '../../pod-model/state';
import { computePodStatus, type PodFacts } from './status';

function facts(state: PodRuntimeState, change: Partial<PodFacts> = {}): PodFacts {
  return {
    state,
    probes: { ready: () => true, started: () => true, failed: () => undefined },
    failures: new Map(),
    restarting: new Set(),
    terminationMessages: new Map(),
    now: Date.UTC(2026, 0, 1),
    hostIps: ['192.0.2.1'],
    startTime: '2026-01-01T00:00:00Z',
    terminating: false,
    ...change,
  };
}

const conditions = (status: corev1.PodStatus): Record<string, string> =>
  Object.fromEntries(
    (status.conditions ?? []).map(({ type = '', status: value = '', reason, message }) => [
      type,
      [value, reason, message].filter((part) => part !== undefined).join(' '),
    ]),
  );

describe('the status of a pod', () => {
  it('is Pending with ContainerCreating before anything runs', () => {
    const status = computePodStatus(aPod(), facts(emptyState));
    expect(status).toMatchObject({
      phase: 'Pending',
      hostIP: '192.0.2.1',
      qosClass: 'BestEffort',
      observedGeneration: 1,
    });
    expect(status.containerStatuses?.[0]).toMatchObject({
      image: 'i',
      imageID: '',
      state: { waiting: { reason: 'ContainerCreating' } },
    });
    expect(conditions(status)).toEqual({
      PodReadyToStartContainers: 'False',
      Initialized: 'True',
      Ready: 'False ContainersNotReady containers with unready status: [c]',
      ContainersReady: 'False ContainersNotReady containers with unready status: [c]',
      PodScheduled: 'True',
    });
  });

  it('is Running and Ready when its containers are', () => {
    const status = computePodStatus(aPod(), facts({ sandboxes: [aSandbox()], containers: [aContainer('c')] }));
    expect(status).toMatchObject({ phase: 'Running', podIP: '10.0.0.2', podIPs: [{ ip: '10.0.0.2' }] });
    expect(conditions(status)['Ready']).toBe('True');
    expect(status.containerStatuses?.[0]).toMatchObject({
      ready: true,
      started: true,
      containerID: 'containerd://c-id',
    });
  });

  it('is Succeeded or Failed by the exit codes of a pod that is not restarted', () => {
    const pod = aPod({ restartPolicy: 'Never' });
    const of = (code: number): corev1.PodStatus =>
      computePodStatus(pod, facts({ sandboxes: [aSandbox({ ready: false })], containers: [exited('c', code)] }));
    expect(of(0).phase).toBe('Succeeded');
    expect(conditions(of(0))).toMatchObject({ Initialized: 'True PodCompleted', Ready: 'False PodCompleted' });
    expect(of(3).phase).toBe('Failed');
    expect(conditions(of(3))['ContainersReady']).toBe('False PodFailed');
    expect(of(3).containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
  });

  it('shows a crashed container waiting, its end as the last state', () => {
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container=c pod=p_ns(uid)' };
    const state = { sandboxes: [aSandbox()], containers: [exited('c', 1)] };
    const status = computePodStatus(aPod(), facts(state, { failures: new Map([['c', waiting]]) }));
    expect(status.phase).toBe('Running');
    expect(status.containerStatuses?.[0]).toMatchObject({
      state: { waiting },
      lastState: { terminated: { exitCode: 1 } },
    });
  });

  it('is PodInitializing until init containers are done, and tells which are not', () => {
    const pod = aPod({ initContainers: [{ name: 'i', image: 'i' }] });
    const status = computePodStatus(pod, facts({ sandboxes: [aSandbox()], containers: [aContainer('i')] }));
    expect(status.phase).toBe('Pending');
    expect(status.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
    expect(status.initContainerStatuses?.[0]).toMatchObject({ ready: false, started: false });
    expect(conditions(status)['Initialized']).toBe(
      'False ContainersNotInitialized containers with incomplete status: [i]',
    );
  });

  it.each([
    ['runs again', aContainer('i', { id: 'again', createdAt: 5000 }), undefined],
    ['has failed', exited('i', 1), undefined],
    ['waits for its restart', exited('i', 1), 'CrashLoopBackOff'],
  ])('counts an init container as incomplete until it succeeded: one that %s', (_, newest, reason) => {
    const pod = aPod({ initContainers: ['done', 'i', 'later'].map((name) => ({ name, image: 'i' })) });
    const containers = [newest, ...(newest.phase === 'running' ? [exited('i', 1)] : []), exited('done', 0)];
    const failures = new Map(reason === undefined ? [] : [['i', { reason, message: '' }]]);
    const status = computePodStatus(pod, facts({ sandboxes: [aSandbox()], containers }, { failures }));
    expect(status.initContainerStatuses?.map(({ ready }) => ready)).toEqual([true, false, false]);
    expect(conditions(status)['Initialized']).toBe(
      'False ContainersNotInitialized containers with incomplete status: [i later]',
    );
    expect(status.phase).toBe('Pending');
  });

  it('names the reason that the node ended it for, and is Failed only once nothing runs', () => {
    const ended = { reason: 'DeadlineExceeded', message: 'too long' };
    const running = { sandboxes: [aSandbox()], containers: [aContainer('c')] };
    expect(computePodStatus(aPod(), facts(running, { ended })).phase).toBe('Running');
    const stopped = { ...running, containers: [exited('c', 0)] };
    expect(computePodStatus(aPod(), facts(stopped, { ended }))).toMatchObject({ phase: 'Failed', ...ended });
  });

  it('keeps the addresses of a pod whose sandbox is gone', () => {
    const pod = { ...aPod({ restartPolicy: 'Never' }), status: { podIPs: [{ ip: '10.0.0.9' }] } };
    const state = { sandboxes: [aSandbox({ ready: false, ips: [] })], containers: [exited('c', 0)] };
    expect(computePodStatus(pod, facts(state)).podIP).toBe('10.0.0.9');
  });

  it('counts a container that ran and has no record as restarted, once, and says that nobody saw its end', () => {
    const before = computePodStatus(aPod(), facts({ sandboxes: [aSandbox()], containers: [aContainer('c')] }));
    const lost = computePodStatus({ ...aPod(), status: before }, facts(emptyState));
    const message = 'The container could not be located when the pod was deleted.  The container used to be Running';
    expect(lost.containerStatuses?.[0]).toMatchObject({
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', message } },
      restartCount: 1,
    });
    expect(lost.phase).toBe('Running');
    const later = computePodStatus({ ...aPod(), status: lost }, facts(emptyState));
    expect(later.containerStatuses).toEqual(lost.containerStatuses);
  });

  it('waits for readiness gates of others', () => {
    const pod = aPod({ readinessGates: [{ conditionType: 'example.com/up' }] });
    const status = computePodStatus(pod, facts({ sandboxes: [aSandbox()], containers: [aContainer('c')] }));
    expect(conditions(status)).toMatchObject({
      Ready:
        'False ReadinessGatesNotReady corresponding condition of pod readiness gate "example.com/up" does not exist.',
      ContainersReady: 'True',
    });
  });

  it('keeps the time of a condition that did not change', () => {
    const first = computePodStatus(aPod(), facts(emptyState));
    const again = computePodStatus({ ...aPod(), status: first }, facts(emptyState, { now: Date.UTC(2027, 0, 1) }));
    expect(again.conditions).toEqual(first.conditions);
  });

  it('is not over while its container has ended only to start anew, unless it is deleted', () => {
    const pod = aPod({ restartPolicy: 'OnFailure' });
    const state = { sandboxes: [aSandbox()], containers: [exited('c', 0)] };
    const restarting = new Set(['c-id']);
    expect(computePodStatus(pod, facts(state)).phase).toBe('Succeeded');
    expect(computePodStatus(pod, facts(state, { restarting })).phase).toBe('Running');
    expect(computePodStatus(pod, facts(state, { restarting, terminating: true })).phase).toBe('Succeeded');
  });
});
