import { FakeClock } from '@skiff/testing';
import { Deadlines } from './deadlines';

describe('The deadlines of requests', () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock, 60_000);

  test('pass once, for those that are not over by then', async () => {
    const passed: string[] = [];
    const begin = (name: string, asked?: number) => deadlines.begin(() => passed.push(name), asked);
    const first = begin('first');
    await clock.advance(20_000);
    const over = begin('over');
    const second = begin('second');
    over.cancel();
    await clock.advance(39_999);
    expect(passed).toEqual([]);
    await clock.advance(1);
    expect(passed).toEqual(['first']);
    expect([first.passed, second.passed, over.passed]).toEqual([true, false, false]);
    await clock.advance(60_000);
    expect(passed).toEqual(['first', 'second']);
  });

  test('are what a client asks for, if that is less', async () => {
    const passed: (number | undefined)[] = [];
    for (const asked of [5, 0, 70_000, undefined]) deadlines.begin(() => passed.push(asked), asked);
    await clock.advance(5);
    expect(passed).toEqual([5]);
    await clock.advance(59_995);
    expect(passed).toEqual([5, 0, 70_000, undefined]);
  });
});
