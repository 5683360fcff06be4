import { Kinds } from '@skiff/contracts';
import { CachedObject } from './cached-object';
import { ObjectIndex } from './object-index';

const cached = (key: string, revision = 1n): CachedObject => new CachedObject(Kinds.Pod, key, {}, revision, undefined);
const keys = (objects: readonly CachedObject[]): string[] => objects.map(({ key }) => key);

describe('an index of objects', () => {
  it('lists by prefix in byte order, whatever came when', () => {
    const index = new ObjectIndex(['/p/b/1', '/p/a/2'].map((key) => cached(key)));
    expect(keys(index.list(''))).toEqual(['/p/a/2', '/p/b/1']);
    for (const key of ['/p/a/3', '/p/a/1', '/p/c/1', '/p/ab/1']) index.set(cached(key));
    expect(keys(index.list('/p/a/'))).toEqual(['/p/a/1', '/p/a/2', '/p/a/3']);
    expect(keys(index.list(''))).toEqual(['/p/a/1', '/p/a/2', '/p/a/3', '/p/ab/1', '/p/b/1', '/p/c/1']);
  });

  it('shows the newest version of what was listed and of what was not', () => {
    const index = new ObjectIndex([cached('/a')]);
    index.list('');
    index.set(cached('/b'));
    index.set(cached('/a', 2n));
    index.set(cached('/b', 3n));
    expect(index.list('').map(({ revision }) => revision)).toEqual([2n, 3n]);
    expect(index.get('/b')?.revision).toBe(3n);
  });

  it('agrees with a sorted map through any sequence of changes', () => {
    const index = new ObjectIndex();
    const model = new Map<string, bigint>();
    let state = 7;
    const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
    for (let step = 1; step <= 2_000; step += 1) {
      const key = `/${random(40)}`;
      if (random(3) === 0) {
        index.delete(key);
        model.delete(key);
      } else {
        index.set(cached(key, BigInt(step)));
        model.set(key, BigInt(step));
      }
      if (random(5) > 0) continue;
      const shown = index.list('').map((object) => [object.key, object.revision]);
      expect(shown).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
    }
  });
});
