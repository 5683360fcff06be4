import type { corev1 } from '@skiff/contracts';
import type { ProbeVerdicts } from '../pod-model/probe-verdicts';
import { emptyState, type PodRuntimeState } from '../pod-model/state';
import { aContainer, aPod, aSandbox, exited } from '../testing/pods';
import { podActions, type ActsBefore, type PodActions } from './actions';

const nothingYet: ActsBefore = { restarting: new Set(), stopped: new Set() };
const planPod = (pod: corev1.Pod, state: PodRuntimeState, probes: ProbeVerdicts, before = nothingYet): PodActions =>
  podActions(pod, state, probes, before);
const healthy: ProbeVerdicts = { failed: () => undefined, started: () => true };
const started = (actions: PodActions): (string | undefined)[] => actions.start.map(({ container }) => container.name);
const init = (name: string, restartPolicy?: string): corev1.Container => ({
  name,
  image: 'i',
  ...(restartPolicy ? { restartPolicy } : {}),
});

describe('what is to be done for a pod', () => {
  it('begins with a sandbox and all containers', () => {
    const actions = planPod(aPod(), emptyState, healthy);
    expect(actions).toMatchObject({ createSandbox: true, sandboxAttempt: 0, killPod: false });
    expect(started(actions)).toEqual(['c']);
  });

  it('stops a sandbox that is dead, which may hold its network, before it makes another', () => {
    const state = { sandboxes: [aSandbox({ ready: false, attempt: 2 })], containers: [exited('c', 137)] };
    expect(planPod(aPod(), state, healthy)).toMatchObject({ killPod: true, createSandbox: true, sandboxAttempt: 3 });
  });

  it('does nothing when all is as it should be', () => {
    const actions = planPod(aPod(), { sandboxes: [aSandbox()], containers: [aContainer('c')] }, healthy);
    expect(actions).toMatchObject({ createSandbox: false, killPod: false, kill: [], start: [] });
  });

  it('runs init containers one after another before the main ones', () => {
    const pod = aPod({ initContainers: [init('a'), init('b')] });
    expect(started(planPod(pod, emptyState, healthy))).toEqual(['a']);
    const afterA = { sandboxes: [aSandbox()], containers: [exited('a', 0)] };
    expect(started(planPod(pod, afterA, healthy))).toEqual(['b']);
    const afterB = { ...afterA, containers: [exited('b', 0), exited('a', 0)] };
    expect(started(planPod(pod, afterB, healthy))).toEqual(['c']);
  });

  it('goes on past a sidecar once it has started, and keeps it running', () => {
    const pod = aPod({ initContainers: [init('side', 'Always')] });
    const state = { sandboxes: [aSandbox()], containers: [aContainer('side')] };
    expect(started(planPod(pod, state, { ...healthy, started: () => false }))).toEqual([]);
    expect(started(planPod(pod, state, healthy))).toEqual(['c']);
    const crashed = { ...state, containers: [exited('side', 0), aContainer('c')] };
    expect(started(planPod(pod, crashed, healthy))).toEqual(['side']);
  });

  it.each([
    ['Always', 0, ['c']],
    ['OnFailure', 0, []],
    ['OnFailure', 1, ['c']],
    ['Never', 1, []],
  ])('with restart policy %s after exit code %i starts %j', (restartPolicy, exitCode, expected) => {
    const actions = planPod(
      aPod({ restartPolicy }),
      { sandboxes: [aSandbox()], containers: [exited('c', exitCode)] },
      healthy,
    );
    expect(started(actions)).toEqual(expected);
    expect(actions.killPod).toBe(expected.length === 0);
  });

  it('ends a pod that is never restarted when an init container fails', () => {
    const pod = aPod({ restartPolicy: 'Never', initContainers: [init('a')] });
    expect(planPod(pod, { sandboxes: [aSandbox()], containers: [exited('a', 1)] }, healthy).killPod).toBe(true);
  });

  it('replaces a dead sandbox and counts the attempt', () => {
    const state = { sandboxes: [aSandbox({ ready: false, attempt: 2 })], containers: [exited('c', 137)] };
    expect(planPod(aPod(), state, healthy)).toMatchObject({ createSandbox: true, sandboxAttempt: 3 });
    expect(planPod(aPod({ restartPolicy: 'Never' }), state, healthy).createSandbox).toBe(false);
  });

  it('restarts a container that a probe gave up on, with upstream’s message', () => {
    const state = { sandboxes: [aSandbox()], containers: [aContainer('c')] };
    const failing: ProbeVerdicts = { ...healthy, failed: () => 'liveness' };
    const actions = planPod(aPod(), state, failing);
    expect(actions.kill).toEqual([
      { id: 'c-id', name: 'c', message: 'Container c failed liveness probe, will be restarted' },
    ]);
    expect(started(actions)).toEqual(['c']);
    expect(started(planPod(aPod({ restartPolicy: 'Never' }), state, failing))).toEqual([]);
  });

  it('restarts a container whose image changed', () => {
    const pod = aPod({ containers: [{ name: 'c', image: 'other' }] });
    const actions = planPod(pod, { sandboxes: [aSandbox()], containers: [aContainer('c')] }, healthy);
    expect(actions.kill[0]?.message).toBe('Container c definition changed, will be restarted');
  });

  it('starts what was ended to start anew, whatever it ended with', () => {
    const pod = aPod({ restartPolicy: 'OnFailure' });
    const state = { sandboxes: [aSandbox()], containers: [aContainer('c')] };
    const { restarts } = planPod(pod, state, { ...healthy, failed: () => 'liveness' });
    expect(restarts).toEqual(['c-id']);
    const ended = { ...state, containers: [exited('c', 0)] };
    expect(planPod(pod, ended, healthy)).toMatchObject({ over: true, start: [] });
    expect(started(planPod(pod, ended, healthy, { ...nothingYet, restarting: new Set(restarts) }))).toEqual(['c']);
  });

  it('stops nothing twice', () => {
    const state = { sandboxes: [aSandbox({ ready: false })], containers: [exited('c', 137)] };
    const before = { ...nothingYet, stopped: new Set(['s0']) };
    expect(planPod(aPod(), state, healthy, before)).toMatchObject({ killPod: false, createSandbox: true });
    const over = planPod(aPod({ restartPolicy: 'Never' }), state, healthy, before);
    expect(over).toMatchObject({ over: true, killPod: false });
  });
});
