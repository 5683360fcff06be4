import { Kinds } from '@skiff/contracts';
import { told } from '../../testing/new-object-warnings';

describe('Of a Job is told', () => {
  it('that names of jobs end up in names of hosts, and what is too big to follow', () => {
    const spec = { completions: 100_001, parallelism: 10_001, completionMode: 'Indexed' };
    const template = { spec: { containers: [{ name: 'a', image: 'i' }] } };
    expect(told(Kinds.Job, { metadata: { name: 'a.b' }, spec: { ...spec, template } })).toEqual([
      expect.stringMatching(/^metadata\.name: this is used in Pod names and hostnames/),
      expect.stringMatching(/^spec: In Indexed Jobs with a number of completions higher than 10\^5/),
    ]);
  });
});
