import type { corev1 } from '@skiff/contracts';
import { BackOff } from '../pod-model/backoff';
import type { ProbeVerdicts } from '../pod-model/probe-verdicts';
import { emptyState, type PodRuntimeState } from '../pod-model/state';
import { aPod, aSandbox, exited } from '../testing/pods';
import { newMemory, type PodMemory } from './memory';
import { planPod, type Now, type RunPlan } from './plan';

const healthy: ProbeVerdicts = { failed: () => undefined, started: () => true };
const startTime = '2026-01-01T00:00:00Z';
const now: Now = { wall: Date.parse(startTime) + 5000, monotonic: 100_000, networkProblem: undefined };
const crashed: PodRuntimeState = {
  sandboxes: [aSandbox()],
  containers: [exited('c', 1, { finishedAt: now.wall - 4000 })],
};

describe('the plan of a pod', () => {
  let memory: PodMemory;
  beforeEach(() => {
    memory = newMemory({ startTime, admitted: true, crashBackOff: new BackOff(10_000, 300_000) });
  });

  function run(pod: corev1.Pod, state: PodRuntimeState, at = now): RunPlan {
    const plan = planPod(pod, state, healthy, memory, at);
    if (plan.step !== 'run') throw new Error(`the pod is to ${plan.step}`);
    return plan;
  }
  const names = ({ start }: RunPlan): (string | undefined)[] => start.map(({ container }) => container.name);

  it('starts a container that crashed for the first time at once', () => {
    expect(run(aPod(), crashed)).toMatchObject({ waiting: [], until: Infinity });
    expect(names(run(aPod(), crashed))).toEqual(['c']);
  });

  it('has it wait after that, in upstream’s words, for as long as is left', () => {
    memory.crashBackOff.next('uid_c', now.wall - 4000, now.wall - 4000);
    const plan = run(aPod(), crashed);
    expect(names(plan)).toEqual([]);
    expect(plan.until).toBe(6000);
    expect(plan.waiting.map(({ failure }) => failure)).toEqual([
      { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container=c pod=p_ns(uid)' },
    ]);
  });

  it('lets what failed to start wait, and starts the others', () => {
    memory.retries.set('a', now.monotonic + 300);
    memory.starting.add('b');
    const containers = ['a', 'b', 'c'].map((name) => ({ name, image: 'i' }));
    const plan = run(aPod({ containers }), { sandboxes: [aSandbox()], containers: [] });
    expect(names(plan)).toEqual(['c']);
    expect(plan.until).toBe(300);
    const later = { ...now, monotonic: now.monotonic + 300 };
    expect(names(run(aPod({ containers }), { sandboxes: [aSandbox()], containers: [] }, later))).toEqual(['a', 'c']);
  });

  it('makes no sandbox without a network, but for a pod on its node’s', () => {
    const without = { ...now, networkProblem: 'no plugin' };
    expect(run(aPod(), emptyState, without)).toMatchObject({
      refusal: { reason: 'NetworkNotReady', message: 'network is not ready: no plugin' },
      until: 1000,
    });
    expect(run(aPod({ hostNetwork: true }), emptyState, without).refusal).toBeUndefined();
    expect(run(aPod({ hostUsers: false }), emptyState).refusal).toEqual({
      reason: 'FailedCreatePodSandBox',
      message:
        "Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces",
    });
  });

  it('ends a pod that is active for longer than it may be, and is looked at in time for that', () => {
    expect(run(aPod({ activeDeadlineSeconds: 8 }), emptyState).until).toBe(3000);
    expect(planPod(aPod({ activeDeadlineSeconds: 5 }), emptyState, healthy, memory, now)).toEqual({
      step: 'expire',
      end: { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' },
    });
  });

  it('asks whether the node takes a pod before anything of it runs', () => {
    memory.admitted = false;
    expect(planPod(aPod(), emptyState, healthy, memory, now)).toEqual({ step: 'admit' });
  });

  it('goes by what counts most: deletion, then an end, whoever made it', () => {
    memory.ended = { reason: 'DeadlineExceeded', message: '' };
    memory.admitted = false;
    expect(planPod(aPod(), crashed, healthy, memory, now)).toEqual({ step: 'settle', killPod: true });
    const succeeded = { ...aPod(), status: { phase: 'Succeeded' } };
    expect(planPod(succeeded, emptyState, healthy, memory, now)).toEqual({ step: 'settle', killPod: false });
    const deletion = { deletionTimestamp: startTime, deletionGracePeriodSeconds: 0 };
    expect(planPod(aPod({}, deletion), crashed, healthy, memory, now)).toEqual({ step: 'terminate', graceSeconds: 1 });
    memory.deleted = true;
    expect(planPod(aPod(), crashed, healthy, memory, now)).toEqual({ step: 'terminate', graceSeconds: 30 });
  });
});
