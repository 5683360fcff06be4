import { Kinds, type batchv1 } from '@skiff/contracts';
import { template, World } from '../testing/world';
import { Schedule } from './schedule';

const at = (time: string): number => Date.parse(time);
const after = (schedule: string, time: string, zone?: string): string | undefined => {
  const next = new Schedule(schedule, zone).next(at(time));
  return next === undefined ? undefined : new Date(next).toISOString();
};

describe('A schedule', () => {
  it.each([
    ['*/15 * * * *', '2026-01-01T00:00:00Z', undefined, '2026-01-01T00:15:00.000Z'],
    ['30 4 1,15 * *', '2026-01-02T00:00:00Z', undefined, '2026-01-15T04:30:00.000Z'],
    ['0 0 13 * fri', '2026-01-01T00:00:00Z', undefined, '2026-01-02T00:00:00.000Z'],
    ['0 9 * * 1-5', '2026-01-02T09:00:00Z', undefined, '2026-01-05T09:00:00.000Z'],
    ['@monthly', '2026-01-15T00:00:00Z', undefined, '2026-02-01T00:00:00.000Z'],
    ['0 12 * * *', '2026-01-01T00:00:00Z', 'Asia/Kolkata', '2026-01-01T06:30:00.000Z'],
    ['0 0 */2 * fri', '2026-01-01T00:00:00Z', undefined, '2026-01-02T00:00:00.000Z'],
    ['@every 90s', '2026-01-01T00:00:00Z', undefined, '2026-01-01T00:01:30.000Z'],
    ['0 0 30 2 *', '2026-01-01T00:00:00Z', undefined, undefined],
  ])('%s after %s (%s) is due at %s', (schedule, time, zone, expected) => {
    expect(after(schedule, time, zone)).toBe(expected);
  });

  it.each(['* * * *', '60 * * * *', '5-1 * * * *', 'x * * * *', '*/0 * * * *'])('%s is refused', (schedule) => {
    expect(() => new Schedule(schedule)).toThrow(RangeError);
  });
});

describe('A CronJob', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['cronjob-controller', 'job-controller']);
    world.outcome = () => 'Succeeded';
  });
  afterEach(() => world.stop());

  async function create(spec: batchv1.CronJobSpec = {}): Promise<void> {
    const jobSpec = {
      completions: 1,
      parallelism: 1,
      template: { ...template(), spec: { ...template().spec, restartPolicy: 'Never' } },
    };
    await world.client.create<batchv1.CronJob>(Kinds.CronJob, {
      metadata: { name: 'c', namespace: 'shop' },
      spec: { schedule: '* * * * *', jobTemplate: { spec: jobSpec }, ...spec },
    });
    await world.settle();
  }

  const names = () => world.client.peekAll(Kinds.Job).map((job) => job.metadata?.name);

  it('starts a job at each of its times, and keeps the latest few', async () => {
    await create({ successfulJobsHistoryLimit: 2 });
    expect(names()).toEqual([]);
    await world.pass(310);
    const first = at('2026-01-01T00:01:00Z') / 60_000;
    expect(names()).toEqual([`c-${first + 3}`, `c-${first + 4}`]);
    expect(world.events('c').slice(0, 2)).toEqual([
      `Normal SuccessfulCreate Created job c-${first}`,
      `Normal SawCompletedJob Saw completed job: c-${first}, condition: Complete`,
    ]);
    expect(world.get(Kinds.CronJob, 'c').status).toMatchObject({ lastScheduleTime: '2026-01-01T00:05:00Z' });
  });

  it('starts none while another runs, when that is forbidden', async () => {
    world.outcome = () => undefined;
    await create({ concurrencyPolicy: 'Forbid' });
    await world.pass(200);
    expect(names()).toHaveLength(1);
    expect(world.events('c')).toContain(
      'Normal JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid',
    );
  });

  it('replaces the job that runs, when that is asked for', async () => {
    world.outcome = () => undefined;
    await create({ concurrencyPolicy: 'Replace' });
    await world.pass(130);
    expect(names()).toEqual([`c-${at('2026-01-01T00:02:00Z') / 60_000}`]);
    expect(world.get(Kinds.CronJob, 'c').status?.active).toHaveLength(1);
  });

  it('starts nothing while suspended', async () => {
    await create({ suspend: true });
    await world.pass(200);
    expect(names()).toEqual([]);
  });
});
