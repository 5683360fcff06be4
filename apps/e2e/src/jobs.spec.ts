import type { batchv1 } from '@skiff/contracts';
import { Sandbox } from './kubectl/support';

/** Ends with the exit code that stands in the variable of its index, or runs on. */
function job(name: string, codes: readonly (number | undefined)[], spec: object): object {
  const cases = codes.map((code, index) => `${index}) ${code === undefined ? 'sleep 600' : `exit ${code}`};;`);
  const command = ['sh', '-c', `trap "exit 0" TERM; case $JOB_COMPLETION_INDEX in ${cases.join(' ')} esac`];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      ...{ completionMode: 'Indexed', completions: codes.length, parallelism: codes.length },
      template: {
        spec: {
          ...{ restartPolicy: 'Never', terminationGracePeriodSeconds: 1 },
          containers: [{ name: 'main', image: 'docker.io/library/busybox:1.29', command }],
        },
      },
      ...spec,
    },
  };
}

describe('an Indexed job', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await Sandbox.create('jobs');
  }, 120_000);
  afterAll(() => sandbox.remove(), 90_000);

  /** The status of a job that has come to its end. */
  async function ended(name: string, condition: 'complete' | 'failed'): Promise<batchv1.JobStatus> {
    await sandbox.kubectl('wait', `job/${name}`, `--for=condition=${condition}`, '--timeout=60s');
    return JSON.parse(await sandbox.kubectl('get', 'job', name, '-o', 'jsonpath={.status}')) as batchv1.JobStatus;
  }
  const conditionsOf = ({ conditions }: batchv1.JobStatus): string[] =>
    (conditions ?? []).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);

  it('tries every index and says which failed for good, at once where its policy says so', async () => {
    const rules = [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } }];
    await sandbox.apply(
      job('each', [0, 1, 0, 1], { backoffLimitPerIndex: 0 }),
      job('given-up', [0, 42], { backoffLimitPerIndex: 3, podFailurePolicy: { rules } }),
    );
    const each = await ended('each', 'failed');
    expect(each).toMatchObject({ completedIndexes: '0,2', failedIndexes: '1,3', succeeded: 2, failed: 2 });
    expect(conditionsOf(each).at(-1)).toBe('Failed FailedIndexes: Job has failed indexes');
    expect(await ended('given-up', 'failed')).toMatchObject({ completedIndexes: '0', failedIndexes: '1', failed: 1 });
  }, 120_000);

  it('tries a failed index again after a while, with the count of its failures', async () => {
    await sandbox.apply(job('again', [1], { backoffLimitPerIndex: 1 }));
    expect(await ended('again', 'failed')).toMatchObject({ failedIndexes: '0', failed: 2 });
    const annotation = '{.metadata.annotations.batch\\.kubernetes\\.io/job-index-failure-count}';
    const counts = await sandbox.kubectl(
      ...['get', 'pods', '-l', 'job-name=again', '--sort-by=.metadata.creationTimestamp'],
      ...['-o', `jsonpath={range .items[*]}${annotation}{" "}{end}`],
    );
    expect(counts).toBe('0 1 ');
  }, 120_000);

  it('ends when too many indexes failed, or when enough have succeeded, and stops the rest', async () => {
    await sandbox.apply(
      job('too-many', [1, 1, undefined], { backoffLimitPerIndex: 0, maxFailedIndexes: 1 }),
      job('enough', [0, undefined, undefined], { successPolicy: { rules: [{ succeededIndexes: '0' }] } }),
    );
    const tooMany = await ended('too-many', 'failed');
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    expect(conditionsOf(tooMany).at(-1)).toBe(`Failed MaxFailedIndexesExceeded: ${message}`);
    expect(tooMany).toMatchObject({ failedIndexes: '0,1', failed: 3, terminating: 0 });
    const enough = await ended('enough', 'complete');
    expect(conditionsOf(enough)).toEqual([
      'SuccessCriteriaMet SuccessPolicy: Matched rules at index 0',
      'Complete SuccessPolicy: Matched rules at index 0',
    ]);
    expect(enough).toMatchObject({ completedIndexes: '0', succeeded: 1 });
    const running = '--field-selector=status.phase=Running';
    expect(await sandbox.kubectl('get', 'pods', '-l', 'job-name in (too-many,enough)', running, '-o', 'name')).toBe('');
  }, 120_000);

  it('is refused in words when its policies make no sense', async () => {
    const policies = { successPolicy: { rules: [{ succeededIndexes: '0,9' }] }, managedBy: 'nobody' };
    const refused = sandbox.apply(job('refused', [0], policies));
    await expect(refused).rejects.toThrow(
      /The Job "refused" is invalid: \n\* spec\.managedBy: Invalid value: "nobody": must be a domain-prefixed path \(such as "acme\.io\/foo"\)\n\* spec\.successPolicy\.rules\[0\]\.succeededIndexes: Invalid value: "0,9": error parsing succeededIndexes: too large index: "9"/,
    );
  }, 60_000);
});
