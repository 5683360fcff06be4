import type { batchv1, corev1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { isDeleting, isPodActive, isPodReady, isPodTerminal, timeOf } from '../shared/pods';
import { rankForDeletion } from '../shared/pod-ranking';
import { remainingBackoff, restartsExceedLimit } from './backoff';
import { findCondition, isTrue, withCondition } from './conditions';
import { formatIndexes, parseIndexes, pendingIndexes } from './indexes';
import { judgeFailure } from './pod-failure-policy';
import { indexOf, isFailed, isIndexed, replacesOnlyFailed } from './pods';

/** At most this many pods are created in one reconcile. */
const maxCreations = 500;

export interface JobState {
  readonly job: batchv1.Job;
  /** Every pod that it controls. */
  readonly pods: readonly corev1.Pod[];
  /** Whether a pod still bears the tracking finalizer, as far as is known. */
  readonly isHeld: (pod: corev1.Pod) => boolean;
  /** Whether the cache shows all pods that were created and deleted before. */
  readonly mayScale: boolean;
  readonly now: number;
}

export interface JobEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface JobPlan {
  /** Completion indexes of the pods to create, undefined for those without. */
  readonly create: readonly (number | undefined)[];
  readonly remove: readonly corev1.Pod[];
  /** To be written before the finalizers go, so that no pod is lost or counted twice. */
  readonly status: batchv1.JobStatus;
  /** Pods that the status accounts for, to be let go. */
  readonly release: readonly corev1.Pod[];
  readonly events: readonly JobEvent[];
  readonly requeueAfter?: number;
}

interface End {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

interface Account {
  readonly succeeded: string[];
  readonly failed: string[];
  readonly indexes: Set<number>;
  readonly release: corev1.Pod[];
  readonly succeededBefore: number;
  readonly failedBefore: number;
  readonly failJob: string | undefined;
}

/** Pods that ended since the last time, and those whose finalizer is gone so that they count for good. */
function takeAccount(state: JobState, completions: number): Account {
  const { job, pods, isHeld } = state;
  const held = new Map(pods.filter(isHeld).map((pod) => [pod.metadata?.uid ?? '', pod]));
  const uncounted = job.status?.uncountedTerminatedPods;
  const still = (uids: readonly string[] | undefined) => (uids ?? []).filter((uid) => held.has(uid));
  const account = {
    succeeded: still(uncounted?.succeeded),
    failed: still(uncounted?.failed),
    indexes: isIndexed(job) ? parseIndexes(job.status?.completedIndexes, completions) : new Set<number>(),
    release: [] as corev1.Pod[],
    succeededBefore:
      (job.status?.succeeded ?? 0) + (uncounted?.succeeded?.length ?? 0) - still(uncounted?.succeeded).length,
    failedBefore: (job.status?.failed ?? 0) + (uncounted?.failed?.length ?? 0) - still(uncounted?.failed).length,
    failJob: undefined as string | undefined,
  };
  for (const [uid, pod] of held) {
    if (pod.status?.phase === 'Succeeded') {
      account.release.push(pod);
      const index = indexOf(pod, completions);
      if (!isIndexed(job)) {
        if (!account.succeeded.includes(uid)) account.succeeded.push(uid);
      } else if (index !== undefined) account.indexes.add(index);
    } else if (isFailed(job, pod)) {
      account.release.push(pod);
      const verdict = judgeFailure(job.spec?.podFailurePolicy, pod);
      if (verdict.action === 'FailJob') account.failJob ??= verdict.message;
      if (verdict.action !== 'Ignore' && !account.failed.includes(uid)) account.failed.push(uid);
    } else if (isDeleting(job)) account.release.push(pod);
  }
  return account;
}

function secondsLeft(job: batchv1.Job, now: number): number | undefined {
  const deadline = job.spec?.activeDeadlineSeconds;
  if (deadline === undefined || job.status?.startTime === undefined || job.spec?.suspend) return undefined;
  return timeOf(job.status.startTime) + deadline * 1000 - now;
}

function failureOf(state: JobState, account: Account, failed: number): End | undefined {
  const { job, pods, now } = state;
  const target = findCondition(job.status?.conditions, 'FailureTarget');
  if (target) return { type: 'Failed', reason: target.reason ?? '', message: target.message ?? '' };
  if (account.failJob !== undefined) return { type: 'Failed', reason: 'PodFailurePolicy', message: account.failJob };
  if (failed > (job.spec?.backoffLimit ?? 6) || restartsExceedLimit(job, pods)) {
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const left = secondsLeft(job, now);
  if (left !== undefined && left <= 0) {
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

function successOf(job: batchv1.Job, succeeded: number, active: number): End | undefined {
  const completions = job.spec?.completions;
  const reached = completions === undefined ? succeeded > 0 && active === 0 : succeeded >= completions;
  if (!reached && !isTrue(job.status?.conditions, 'SuccessCriteriaMet')) return undefined;
  return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
}

function wantedActive(job: batchv1.Job, succeeded: number, active: number): number {
  if (job.spec?.suspend) return 0;
  const parallelism = job.spec?.parallelism ?? 1;
  const completions = job.spec?.completions;
  if (completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** Indexed pods that must not run: without a valid index, for one that is done, or a second one for the same. */
function superfluous(active: readonly corev1.Pod[], done: ReadonlySet<number>, completions: number): corev1.Pod[] {
  const seen = new Set<number>();
  return [...active]
    .sort((left, right) => timeOf(left.metadata?.creationTimestamp) - timeOf(right.metadata?.creationTimestamp))
    .filter((pod) => {
      const index = indexOf(pod, completions);
      if (index === undefined || done.has(index) || seen.has(index)) return true;
      seen.add(index);
      return false;
    });
}

interface Scaling {
  readonly create: (number | undefined)[];
  readonly remove: corev1.Pod[];
  readonly requeueAfter?: number;
}

function planPods(state: JobState, account: Account, succeeded: number, end: End | undefined): Scaling {
  const { job, pods, now } = state;
  const active = pods.filter(isPodActive);
  if (!state.mayScale || isDeleting(job)) return { create: [], remove: [] };
  if (end) return { create: [], remove: active };
  const completions = job.spec?.completions ?? Infinity;
  const extra = isIndexed(job) ? superfluous(active, account.indexes, completions) : [];
  const useful = active.filter((pod) => !extra.includes(pod));
  const wanted = wantedActive(job, succeeded, active.length);
  if (useful.length > wanted) {
    return {
      create: [],
      remove: [...extra, ...rankForDeletion(useful, new Map(), now).slice(0, useful.length - wanted)],
    };
  }
  const terminating = replacesOnlyFailed(job) ? pods.filter((pod) => isDeleting(pod) && !isPodTerminal(pod)).length : 0;
  const missing = Math.min(maxCreations, wanted - useful.length - terminating);
  if (missing <= 0) return { create: [], remove: extra };
  const requeueAfter = remainingBackoff(job, pods, now);
  if (requeueAfter > 0) return { create: [], remove: extra, requeueAfter };
  if (!isIndexed(job)) return { create: Array<undefined>(missing).fill(undefined), remove: extra };
  const taken = new Set(account.indexes);
  for (const pod of useful) taken.add(indexOf(pod, completions) ?? -1);
  // An index whose pod has not ended yet is not free.
  for (const pod of terminating > 0 ? pods.filter((other) => !isPodTerminal(other)) : [])
    taken.add(indexOf(pod, completions) ?? -1);
  return { create: pendingIndexes(taken, missing, completions), remove: extra };
}

function suspension(
  job: batchv1.Job,
  conditions: batchv1.JobCondition[],
  now: string,
): { conditions: batchv1.JobCondition[]; event?: JobEvent; startTime?: string | null } {
  const suspended = isTrue(conditions, 'Suspended');
  if (job.spec?.suspend && !suspended) {
    return {
      conditions: withCondition(conditions, 'Suspended', 'True', 'JobSuspended', 'Job suspended', now),
      event: { type: 'Normal', reason: 'Suspended', message: 'Job suspended' },
      startTime: null,
    };
  }
  if (!job.spec?.suspend && suspended) {
    return {
      conditions: withCondition(conditions, 'Suspended', 'False', 'JobResumed', 'Job resumed', now),
      event: { type: 'Normal', reason: 'Resumed', message: 'Job resumed' },
      startTime: now,
    };
  }
  return { conditions };
}

/** A job first says how it will end, and ends when no pod of it runs and all are counted. */
function endConditions(
  conditions: batchv1.JobCondition[],
  end: End,
  isOver: boolean,
  now: string,
): batchv1.JobCondition[] {
  const interim = end.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const announced = withCondition(conditions, interim, 'True', end.reason, end.message, now);
  return isOver ? withCondition(announced, end.type, 'True', end.reason, end.message, now) : announced;
}

function endEvent(end: End): JobEvent {
  return end.type === 'Complete'
    ? { type: 'Normal', reason: 'Completed', message: 'Job completed' }
    : { type: 'Warning', reason: end.reason, message: end.message };
}

/** Everything that one look at an unfinished job decides. As syncJob. */
export function planJob(state: JobState): JobPlan {
  const { job, pods, now } = state;
  const time = formatTime(now);
  const completions = job.spec?.completions ?? Infinity;
  const account = takeAccount(state, completions);
  const active = pods.filter(isPodActive);
  const succeeded = isIndexed(job) ? account.indexes.size : account.succeededBefore + account.succeeded.length;
  const failed = account.failedBefore + account.failed.length;
  const end = failureOf(state, account, failed) ?? successOf(job, succeeded, active.length);
  const scaling = planPods(state, account, succeeded, end);
  const terminating = pods.filter((pod) => isDeleting(pod) && !isPodTerminal(pod)).length;
  const counted = account.release.length === 0 && account.succeeded.length === 0 && account.failed.length === 0;
  const isOver = end !== undefined && active.length === 0 && terminating === 0 && counted && state.mayScale;
  const pause = suspension(job, job.status?.conditions ?? [], time);
  const conditions = end ? endConditions(pause.conditions, end, isOver, time) : pause.conditions;
  const startTime =
    pause.startTime ??
    (pause.startTime === null ? undefined : (job.status?.startTime ?? (job.spec?.suspend ? undefined : time)));
  const uncounted = {
    ...(account.succeeded.length > 0 && { succeeded: account.succeeded }),
    ...(account.failed.length > 0 && { failed: account.failed }),
  };
  const left = secondsLeft({ ...job, status: { ...job.status, startTime } }, now);
  const waits = [scaling.requeueAfter, end ? undefined : left].filter((wait) => wait !== undefined);
  return {
    create: scaling.create,
    remove: scaling.remove,
    release: account.release,
    status: {
      ...(conditions.length > 0 && { conditions }),
      ...(startTime !== undefined && { startTime }),
      ...(isOver && end?.type === 'Complete' && { completionTime: time }),
      active: active.length - scaling.remove.filter(isPodActive).length + scaling.create.length,
      ready: active.filter((pod) => isPodReady(pod) && !scaling.remove.includes(pod)).length,
      terminating,
      succeeded: isIndexed(job) ? succeeded : account.succeededBefore,
      failed: account.failedBefore,
      ...(isIndexed(job) && { completedIndexes: formatIndexes(account.indexes) }),
      uncountedTerminatedPods: uncounted,
    },
    events: [...(pause.event ? [pause.event] : []), ...(isOver && end ? [endEvent(end)] : [])],
    ...(waits.length > 0 && { requeueAfter: Math.min(...waits) }),
  };
}
