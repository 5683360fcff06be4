import { ExpiringCache } from './expiring-cache';

describe('A cache of answers', () => {
  let now = 0;
  let asked: string[] = [];
  const clock = { monotonic: () => now };
  const make = (maxEntries = 2): ExpiringCache<string> => new ExpiringCache({ clock, maxEntries, maxKeyLength: 5 });
  const ask = (cache: ExpiringCache<string>, key: string, milliseconds = 100): Promise<string> =>
    cache.get(
      key,
      async () => {
        asked.push(key);
        return `answer to ${key}`;
      },
      () => milliseconds,
    );
  beforeEach(() => {
    now = 0;
    asked = [];
  });

  it('keeps an answer for its time', async () => {
    const cache = make();
    expect(await ask(cache, 'a')).toBe('answer to a');
    now = 99;
    await ask(cache, 'a');
    expect(asked).toEqual(['a']);
    now = 100;
    await ask(cache, 'a');
    expect(asked).toEqual(['a', 'a']);
  });

  it('gives everybody the answer that is on its way', async () => {
    const cache = make();
    await Promise.all([ask(cache, 'a'), ask(cache, 'a')]);
    expect(asked).toEqual(['a']);
  });

  it('keeps nothing that holds for no time, and no failure', async () => {
    const cache = make();
    await ask(cache, 'a', 0);
    await ask(cache, 'a', 0);
    expect(asked).toEqual(['a', 'a']);
    const fail = cache.get(
      'b',
      () => Promise.reject(new Error('no answer')),
      () => 100,
    );
    await expect(fail).rejects.toThrow('no answer');
    expect(await ask(cache, 'b')).toBe('answer to b');
  });

  it('forgets what was not asked for the longest time', async () => {
    const cache = make(2);
    for (const key of ['a', 'b', 'a', 'c']) await ask(cache, key);
    expect(cache.size).toBe(2);
    await ask(cache, 'a');
    expect(asked).toEqual(['a', 'b', 'c']);
    await ask(cache, 'b');
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps no answer to a question that is too long', async () => {
    const cache = make();
    await ask(cache, 'longer');
    await ask(cache, 'longer');
    expect([asked.length, cache.size]).toEqual([2, 0]);
  });
});
