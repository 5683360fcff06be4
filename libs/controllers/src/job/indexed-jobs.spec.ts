import { Kinds, type batchv1, type corev1 } from '@skiff/contracts';
import { World } from '../testing/world';

const indexLabel = 'batch.kubernetes.io/job-completion-index';
const failureCount = 'batch.kubernetes.io/job-index-failure-count';
const ignoredCount = 'batch.kubernetes.io/job-index-ignored-failure-count';

describe('Indexed jobs', () => {
  let world: World;
  /** Indexes whose pods fail. */
  let failing: Set<string>;

  beforeEach(async () => {
    world = await World.start(['job-controller']);
    failing = new Set();
    world.outcome = (pod) => (failing.has(indexOf(pod)) ? 'Failed' : 'Succeeded');
  });
  afterEach(() => world.stop());

  const indexOf = (pod: corev1.Pod): string => pod.metadata?.labels?.[indexLabel] ?? '';
  const job = (): batchv1.Job => world.get(Kinds.Job, 'j');
  const conditions = (): string[] =>
    (job().status?.conditions ?? []).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  const podsOf = (index: string): corev1.Pod[] => world.pods().filter((pod) => indexOf(pod) === index);

  async function create(spec: batchv1.JobSpec): Promise<void> {
    await world.client.create<batchv1.Job>(Kinds.Job, {
      metadata: { name: 'j', namespace: 'shop' },
      spec: {
        ...{ completionMode: 'Indexed', completions: 4, parallelism: 4, backoffLimit: 2 ** 31 - 1 },
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

  it('run all indexes although some fail for good, each with a back-off of its own', async () => {
    failing.add('1').add('3');
    await create({ backoffLimitPerIndex: 1 });
    expect(job().status).toMatchObject({ completedIndexes: '0,2', failedIndexes: '', succeeded: 2 });
    // The pod that failed is held until the next one has taken over its count.
    expect(podsOf('1').map((pod) => pod.metadata?.annotations?.[failureCount])).toEqual(['0']);
    expect(podsOf('1')[0]?.metadata?.finalizers).toHaveLength(1);
    failing.delete('3');
    await world.pass(12);
    expect(podsOf('1').map((pod) => pod.metadata?.annotations?.[failureCount])).toEqual(['0', '1']);
    expect(job().status).toMatchObject({ completedIndexes: '0,2,3', failedIndexes: '1', succeeded: 3, failed: 3 });
    expect(conditions()).toEqual([
      'FailureTarget FailedIndexes: Job has failed indexes',
      'Failed FailedIndexes: Job has failed indexes',
    ]);
    expect(world.events('j').at(-1)).toBe('Warning FailedIndexes Job has failed indexes');
    expect(world.pods().flatMap((pod) => pod.metadata?.finalizers ?? [])).toEqual([]);
  });

  it('end when more indexes failed than they may, with the pods that still run', async () => {
    world.outcome = (pod) => (failing.has(indexOf(pod)) ? 'Failed' : undefined);
    failing.add('0').add('1');
    await create({ backoffLimitPerIndex: 0, maxFailedIndexes: 1 });
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    expect(conditions().at(-1)).toBe(`Failed MaxFailedIndexesExceeded: ${message}`);
    expect(job().status).toMatchObject({ failedIndexes: '0,1', failed: 4 });
    expect(job().status?.active ?? 0).toBe(0);
    expect(world.runningPods()).toEqual([]);
  });

  it('give an index up at once where their policy says so, and do not count what it ignores', async () => {
    failing.add('0').add('1');
    world.exitCode = (pod) => (indexOf(pod) === '0' ? 42 : 7);
    const onExitCodes = (value: number): batchv1.PodFailurePolicyRule['onExitCodes'] => ({
      operator: 'In',
      values: [value],
    });
    await create({
      backoffLimitPerIndex: 5,
      podFailurePolicy: {
        rules: [
          { action: 'FailIndex', onExitCodes: onExitCodes(42) },
          { action: 'Ignore', onExitCodes: onExitCodes(7) },
        ],
      },
    });
    expect(job().status).toMatchObject({ completedIndexes: '2,3', failedIndexes: '0', failed: 1 });
    await world.pass(12);
    expect(
      podsOf('1').map(({ metadata }) => [metadata?.annotations?.[failureCount], metadata?.annotations?.[ignoredCount]]),
    ).toEqual([
      ['0', undefined],
      ['0', '1'],
    ]);
    expect(job().status).toMatchObject({ failedIndexes: '0', failed: 1 });
  });

  it('fail as a whole where the policy says so, although the index could be tried again', async () => {
    failing.add('2');
    await create({
      backoffLimitPerIndex: 5,
      podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [0] } }] },
    });
    expect(conditions().at(-1)).toMatch(
      /^Failed PodFailurePolicy: Container c for pod shop\/\S+ failed with exit code 1 matching FailJob rule at index 0$/,
    );
  });

  it('succeed by the first rule of their success policy that is met, and stop what still runs', async () => {
    world.outcome = (pod) => (indexOf(pod) === '1' ? 'Succeeded' : undefined);
    await create({ successPolicy: { rules: [{ succeededCount: 3 }, { succeededIndexes: '1-2', succeededCount: 1 }] } });
    expect(conditions()).toEqual([
      'SuccessCriteriaMet SuccessPolicy: Matched rules at index 1',
      'Complete SuccessPolicy: Matched rules at index 1',
    ]);
    expect(job().status).toMatchObject({ succeeded: 1, completedIndexes: '1' });
    expect(job().status?.active ?? 0).toBe(0);
    expect(world.runningPods()).toEqual([]);
    expect(world.events('j').at(-1)).toBe('Normal Completed Job completed');
  });
});
