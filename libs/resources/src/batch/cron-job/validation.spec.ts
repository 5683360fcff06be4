import { Kinds } from '@skiff/contracts';
import { creating } from '../../testing/read';

describe('Workloads', () => {
  it('by the clock have a zone that exists', () => {
    const cron = (timeZone: string) =>
      creating(Kinds.CronJob, {
        spec: {
          schedule: '* * * * *',
          timeZone,
          jobTemplate: {
            spec: { template: { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } } },
          },
        },
      });
    expect(cron('Europe/Berlin')).toEqual([]);
    expect(cron('Nowhere/Land')).toEqual([
      'spec.timeZone: Invalid value: "Nowhere/Land": unknown time zone Nowhere/Land',
    ]);
  });
});
