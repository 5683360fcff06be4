import { Kinds, type batchv1 } from '@skiff/contracts';
import { World } from '../testing/world';
import { formatIndexes, parseIndexes } from './indexes';

describe('Jobs in a cluster', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['job-controller', 'ttl-after-finished-controller', 'garbage-collector-controller']);
    world.outcome = () => 'Succeeded';
  });
  afterEach(() => world.stop());

  async function create(spec: batchv1.JobSpec = {}): Promise<void> {
    await world.client.create<batchv1.Job>(Kinds.Job, {
      metadata: { name: 'j', namespace: 'shop' },
      spec: {
        completions: 2,
        parallelism: 2,
        backoffLimit: 6,
        manualSelector: true,
        selector: { matchLabels: { job: 'j' } },
        template: {
          metadata: { labels: { job: 'j' } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'v1' }] },
        },
        ...spec,
      },
    });
    await world.settle();
  }

  const job = (): batchv1.Job => world.get(Kinds.Job, 'j');
  const conditions = () =>
    (job().status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);

  it('complete when enough pods have succeeded, each counted once', async () => {
    world.invariant = () => expect((world.client.peek(Kinds.Job, 'shop/j')?.status?.succeeded ?? 0) <= 2).toBe(true);
    await create();
    expect(conditions()).toEqual(['SuccessCriteriaMet=True CompletionsReached', 'Complete=True CompletionsReached']);
    expect(job().status).toMatchObject({
      succeeded: 2,
      completionTime: expect.any(String) as string,
      startTime: expect.any(String) as string,
    });
    expect(job().status?.uncountedTerminatedPods).toEqual({});
    expect(world.pods().map((pod) => pod.metadata?.finalizers ?? [])).toEqual([[], []]);
    const created = world.pods().map((pod) => `Normal SuccessfulCreate Created pod: ${pod.metadata?.name}`);
    expect(world.events('j')).toEqual([...created, 'Normal Completed Job completed']);
  });

  it('fail beyond their back-off limit as recorded from the original', async () => {
    world.outcome = () => 'Failed';
    await create({ completions: 1, parallelism: 1, backoffLimit: 0 });
    expect(conditions()).toEqual(['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded']);
    expect(job().status).toMatchObject({ failed: 1 });
    expect(world.events('j').at(-1)).toBe('Warning BackoffLimitExceeded Job has reached the specified backoff limit');
    expect(world.pods()).toHaveLength(1);
  });

  it('wait longer after each failure before they try again', async () => {
    world.outcome = () => 'Failed';
    await create({ completions: 1, parallelism: 1, backoffLimit: 2 });
    expect(world.pods()).toHaveLength(1);
    await world.pass(9);
    expect(world.pods()).toHaveLength(1);
    await world.pass(2);
    expect(world.pods()).toHaveLength(2);
    await world.pass(15);
    expect(world.pods()).toHaveLength(2);
    await world.pass(10);
    expect(world.pods()).toHaveLength(3);
    expect(conditions().at(-1)).toBe('Failed=True BackoffLimitExceeded');
  });

  it('never run more pods at a time than their parallelism', async () => {
    world.invariant = () => {
      expect(
        world.pods().filter((pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')).length,
      ).toBeLessThanOrEqual(3);
    };
    await create({ completions: 10, parallelism: 3 });
    expect(job().status).toMatchObject({ succeeded: 10 });
    expect(conditions().at(-1)).toBe('Complete=True CompletionsReached');
  });

  it('are ended by their deadline, with the pods that still run', async () => {
    world.outcome = () => undefined;
    await create({ activeDeadlineSeconds: 30 });
    expect(world.runningPods()).toHaveLength(2);
    await world.pass(40);
    expect(conditions().at(-1)).toBe('Failed=True DeadlineExceeded');
    expect(world.events('j')).toContain('Warning DeadlineExceeded Job was active longer than specified deadline');
    expect(world.runningPods()).toEqual([]);
  });

  it('run nothing while suspended, and start their clock when resumed', async () => {
    await create({ suspend: true });
    expect(world.pods()).toEqual([]);
    expect(conditions()).toEqual(['Suspended=True JobSuspended']);
    expect(job().status?.startTime).toBeUndefined();
    await world.change(Kinds.Job, 'j', { suspend: false });
    expect(conditions()).toEqual([
      'Suspended=False JobResumed',
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
    expect(world.events('j')).toEqual(
      expect.arrayContaining(['Normal Suspended Job suspended', 'Normal Resumed Job resumed']),
    );
  });

  it('give every pod of an Indexed job its own index, again after a failure', async () => {
    let failed = false;
    world.outcome = (pod) => {
      if (pod.metadata?.labels?.['batch.kubernetes.io/job-completion-index'] !== '1' || failed) return 'Succeeded';
      failed = true;
      return 'Failed';
    };
    await create({ completions: 4, parallelism: 4, completionMode: 'Indexed' });
    const [pod] = world.pods();
    expect(pod).toMatchObject({
      metadata: { generateName: 'j-0-', annotations: { 'batch.kubernetes.io/job-completion-index': '0' } },
      spec: { hostname: 'j-0' },
    });
    expect(pod?.spec?.containers?.[0]?.env?.map(({ name }) => name)).toEqual(['JOB_COMPLETION_INDEX']);
    expect(job().status).toMatchObject({ completedIndexes: '0,2,3', failed: 1 });
    await world.pass(20);
    expect(job().status).toMatchObject({ completedIndexes: '0-3', succeeded: 4, failed: 1 });
    expect(conditions().at(-1)).toBe('Complete=True CompletionsReached');
  });

  it('follow their pod failure policy', async () => {
    world.outcome = () => 'Failed';
    await create({
      podFailurePolicy: { rules: [{ action: 'FailJob', onPodConditions: [{ type: 'Ready', status: 'False' }] }] },
      completions: 1,
      parallelism: 1,
    });
    const name = world.pods()[0]?.metadata?.name;
    expect(job().status?.conditions?.at(-1)).toMatchObject({
      type: 'Failed',
      reason: 'PodFailurePolicy',
      message: `Pod shop/${name} has condition Ready matching FailJob rule at index 0`,
    });
  });

  it('replace a pod that is deleted while it runs', async () => {
    world.outcome = () => undefined;
    await create({ completions: 1, parallelism: 1 });
    await world.client.delete(Kinds.Pod, { namespace: 'shop', name: world.pods()[0]?.metadata?.name ?? '' });
    await world.settle();
    await world.pass(20);
    expect(world.runningPods()).toHaveLength(1);
    expect(job().status).toMatchObject({ failed: 1, active: 1 });
  });

  it('are deleted with their pods after their time to live, and leave no pod held by a finalizer', async () => {
    await create({ ttlSecondsAfterFinished: 60 });
    await world.pass(50);
    expect(world.pods()).toHaveLength(2);
    await world.pass(20);
    expect(world.client.peekAll(Kinds.Job)).toEqual([]);
    expect(world.pods()).toEqual([]);
  });

  it('free their pods when they are deleted while running', async () => {
    world.outcome = () => undefined;
    await create();
    await world.client.delete(Kinds.Job, { namespace: 'shop', name: 'j' }, { propagationPolicy: 'Background' });
    await world.settle();
    await world.pass(1);
    expect(world.pods()).toEqual([]);
  });

  it('create no more pods than they want when they lack a selector', async () => {
    await world.client.create<batchv1.Job>(Kinds.Job, {
      metadata: { name: 'j', namespace: 'shop' },
      spec: {
        completions: 1,
        parallelism: 1,
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'v1' }] } },
      },
    });
    await world.settle();
    expect(world.pods()).toHaveLength(1);
    expect(conditions().at(-1)).toBe('Complete=True CompletionsReached');
  });

  it('write indexes as short as they can be', () => {
    const indexes = new Set([0, 2, 3, 5, 6, 7]);
    expect(formatIndexes(indexes)).toBe('0,2,3,5-7');
    expect(parseIndexes('0,2,3,5-7', 10)).toEqual(indexes);
    expect(parseIndexes('0,8-12', 10)).toEqual(new Set([0, 8, 9]));
  });
});
