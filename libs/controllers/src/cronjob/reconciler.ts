import { Kinds, type batchv1, type corev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { formatTime } from '@skiff/platform';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { byController, controlledBy } from '../shared/indexers';
import { keyFrom, objectKey } from '../shared/keys';
import { unlessNotFound } from '../shared/not-found';
import { enqueue, onChange, onWrite } from '../shared/on-change';
import { controllerOf } from '../shared/owner-references';
import { isNamespaceTerminating } from '../shared/namespaces';
import { isDeleting, timeOf } from '../shared/pods';
import { semanticEqual } from '../shared/semantic-equal';
import { buildJob, endOf, planDue, planHistory } from './plan';
import { Schedule } from './schedule';

interface Started {
  readonly reference: corev1.ObjectReference;
  readonly scheduled: string;
  /** Whether it took the place of all that ran. */
  readonly replaced: boolean;
}

/**
 * Creates a job whenever a CronJob's schedule says so, and keeps a history of them.
 *
 * Retry: an API error with back-off; else it is looked at again when the next time
 * comes. An invalid schedule waits for the object to change. Upstream: pkg/controller/cronjob.
 */
export class CronJobController implements Controller {
  readonly workers = 5;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    caches.of(Kinds.CronJob).subscribe(onWrite(enqueue(queue)));
    const wake = (job: batchv1.Job, trace: Trace): void => {
      const controller = controllerOf(job);
      if (controller?.kind === 'CronJob') queue.add(keyFrom(job.metadata?.namespace, controller.name ?? ''), trace);
    };
    caches.of(Kinds.Job).subscribe(onChange(wake));
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client, clock } = this.base;
    const cronJob = caches.of(Kinds.CronJob).get(key);
    if (!cronJob || isDeleting(cronJob)) return done;
    const jobs = caches.of(Kinds.Job).byIndex(byController, controlledBy(cronJob));
    await Promise.all(planHistory(cronJob, jobs).map((job) => this.deleteJob(cronJob, job, signal)));
    const status = await this.followJobs(cronJob, jobs, signal);
    const schedule = this.scheduleOf(cronJob);
    const due = schedule && !cronJob.spec?.suspend ? planDue(cronJob, schedule, clock.now()) : undefined;
    if (due?.tooManyMissed) {
      const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
      this.base.recorder.event(cronJob, 'Warning', 'TooManyMissedTimes', message);
    }
    const started = due?.latest === undefined ? undefined : await this.start(cronJob, jobs, due.latest, signal);
    const next = started ? withStarted(status, started.reference, started.scheduled, started.replaced) : status;
    if (!semanticEqual(cronJob.status, next)) {
      await client.update(Kinds.CronJob, { ...cronJob, status: next }, { subresource: 'status', signal });
    }
    return due?.next === undefined ? done : { requeueAfter: due.next - clock.now() + 100 };
  }

  private scheduleOf(cronJob: batchv1.CronJob): Schedule | undefined {
    const { schedule = '', timeZone } = cronJob.spec ?? {};
    try {
      return new Schedule(schedule, timeZone);
    } catch (error) {
      const message = `unparseable schedule: ${schedule} : ${(error as Error).message}`;
      this.base.recorder.event(cronJob, 'Warning', 'UnparseableSchedule', message);
      return undefined;
    }
  }

  /** The status after what its jobs have come to. */
  private async followJobs(
    cronJob: batchv1.CronJob,
    jobs: readonly batchv1.Job[],
    signal: AbortSignal,
  ): Promise<batchv1.CronJobStatus> {
    const { active = [], lastSuccessfulTime, ...rest } = cronJob.status ?? {};
    const still: corev1.ObjectReference[] = [];
    let succeeded = lastSuccessfulTime;
    for (const reference of active) {
      const job =
        jobs.find(({ metadata }) => metadata?.uid === reference.uid) ??
        (await this.readJob(cronJob, reference, signal));
      const end = job && endOf(job);
      if (job && !end) still.push(reference);
      else if (end)
        this.base.recorder.event(
          cronJob,
          'Normal',
          'SawCompletedJob',
          `Saw completed job: ${reference.name}, condition: ${end}`,
        );
      else this.base.recorder.event(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`);
    }
    for (const job of jobs) {
      const completed = endOf(job) === 'Complete' ? job.status?.completionTime : undefined;
      if (completed !== undefined && timeOf(completed) > timeOf(succeeded)) succeeded = completed;
    }
    return {
      ...rest,
      ...(still.length > 0 && { active: still }),
      ...(succeeded !== undefined && { lastSuccessfulTime: succeeded }),
    };
  }

  /** A job that the cache does not show may be newer than the cache. */
  private async readJob(
    cronJob: batchv1.CronJob,
    { name = '', uid }: corev1.ObjectReference,
    signal: AbortSignal,
  ): Promise<batchv1.Job | undefined> {
    const { namespace } = cronJob.metadata ?? {};
    const job = await unlessNotFound(this.base.client.get(Kinds.Job, { namespace, name }, { signal }));
    return job?.metadata?.uid === uid ? job : undefined;
  }

  private async start(
    cronJob: batchv1.CronJob,
    jobs: readonly batchv1.Job[],
    scheduled: number,
    signal: AbortSignal,
  ): Promise<Started | undefined> {
    const wanted = buildJob(cronJob, scheduled);
    const existing = jobs.find(({ metadata }) => metadata?.name === wanted.metadata?.name);
    if (existing) return started(existing, scheduled, false);
    const running = jobs.filter((job) => endOf(job) === undefined && !isDeleting(job));
    const policy = cronJob.spec?.concurrencyPolicy;
    if (policy === 'Forbid' && running.length > 0) {
      const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.base.recorder.event(cronJob, 'Normal', 'JobAlreadyActive', message);
      return undefined;
    }
    const replaced = policy === 'Replace' && running.length > 0;
    if (replaced) await Promise.all(running.map((job) => this.deleteJob(cronJob, job, signal)));
    const job = await this.create(cronJob, wanted, signal);
    return job && started(job, scheduled, replaced);
  }

  private async create(
    cronJob: batchv1.CronJob,
    wanted: batchv1.Job,
    signal: AbortSignal,
  ): Promise<batchv1.Job | undefined> {
    const { client } = this.base;
    try {
      const job = await client.create(Kinds.Job, wanted, { signal });
      this.base.recorder.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata?.name}`);
      return job;
    } catch (error) {
      // Created already, and the status was not written.
      if (hasReason(error, 'AlreadyExists')) return client.get(Kinds.Job, objectKey(wanted), { signal });
      if (isNamespaceTerminating(error)) return undefined;
      this.base.recorder.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${(error as Error).message}`);
      throw error;
    }
  }

  private async deleteJob(cronJob: batchv1.CronJob, job: batchv1.Job, signal: AbortSignal): Promise<void> {
    try {
      await this.base.client.delete(Kinds.Job, objectKey(job), { propagationPolicy: 'Background' }, { signal });
      this.base.recorder.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata?.name}`);
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }
}

function started(job: batchv1.Job, scheduled: number, replaced: boolean): Started {
  const { name, namespace, uid, resourceVersion } = job.metadata ?? {};
  return {
    reference: { kind: 'Job', apiVersion: 'batch/v1', namespace, name, uid, resourceVersion },
    scheduled: formatTime(scheduled),
    replaced,
  };
}

function withStarted(
  status: batchv1.CronJobStatus,
  reference: corev1.ObjectReference,
  lastScheduleTime: string,
  replaced: boolean,
): batchv1.CronJobStatus {
  const others = replaced ? [] : (status.active ?? []).filter(({ uid }) => uid !== reference.uid);
  return { ...status, active: [...others, reference], lastScheduleTime };
}
