import { repeatEvery } from './repeat';
import { systemClock, type Clock } from './clock';

describe('what is done again and again', () => {
  it('waits each time, goes on after a failure, and ends with its signal', async () => {
    const waited: number[] = [];
    const clock: Clock = { ...systemClock, sleep: async (milliseconds) => void waited.push(milliseconds) };
    const ended = new AbortController();
    const failures: unknown[] = [];
    let runs = 0;
    const run = async (): Promise<void> => {
      runs += 1;
      if (runs === 1) throw new Error('not yet');
      if (runs === 3) ended.abort();
    };
    await repeatEvery(70, { clock, signal: ended.signal }, run, (error) => failures.push(error));
    expect([runs, failures]).toEqual([3, [new Error('not yet')]]);
    expect(waited).toEqual([70, 70, 70, 70]);
  });
});
