import { FakeClock } from '@skiff/testing';
import { Deadlines } from './deadlines';

describe('The deadlines of requests', () => {
  const clock = new FakeClock();
  const passed: string[] = [];
  const deadlines = new Deadlines<string>(clock, 60_000, (request) => passed.push(request));
  afterEach(() => passed.splice(0));

  it('pass once, for those that are not over by then', async () => {
    const first = deadlines.begin('first');
    await clock.advance(20_000);
    const over = deadlines.begin('over');
    const second = deadlines.begin('second');
    deadlines.cancel(over);
    await clock.advance(39_999);
    expect(passed).toEqual([]);
    await clock.advance(1);
    expect(passed).toEqual(['first']);
    expect([first.passed, second.passed, over.passed]).toEqual([true, false, false]);
    await clock.advance(60_000);
    expect(passed).toEqual(['first', 'second']);
  });

  it('are what a client asks for, if that is less', async () => {
    for (const asked of [5, 0, 70_000, undefined]) deadlines.begin(String(asked), asked);
    deadlines.cancel(deadlines.begin('over', 4));
    await clock.advance(5);
    expect(passed).toEqual(['5']);
    await clock.advance(59_995);
    expect(passed).toEqual(['5', '0', '70000', 'undefined']);
  });
});
