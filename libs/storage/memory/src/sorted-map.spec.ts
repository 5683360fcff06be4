import fc from 'fast-check';
import { SortedMap } from './sorted-map';

/** Few characters, so that keys often begin alike; among them those whose order as bytes differs from that of UTF-16. */
const keys = fc.string({ unit: fc.constantFrom('/', 'a', 'b', 'é', '\uffee', '😀'), maxLength: 4 });

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

it('a sorted map reads and counts what a sorted list does', () => {
  const changes = fc.array(fc.record({ key: keys, isDelete: fc.constantFrom(true, false, false) }), { maxLength: 60 });
  fc.assert(
    fc.property(changes, keys, keys, (made, prefix, after) => {
      const map = new SortedMap<string>();
      const known = new Set<string>();
      for (const { key, isDelete } of made) {
        if (isDelete) map.delete(key);
        else map.set(key, key);
        known[isDelete ? 'delete' : 'add'](key);
      }
      const under = [...known].filter((key) => key.startsWith(prefix)).sort(byBytes);
      const rest = under.filter((key) => byBytes(key, after) > 0);
      expect([...map.range(prefix)]).toEqual(under);
      expect([...map.range(prefix, after)]).toEqual(rest);
      expect([map.size, map.count(prefix), map.count(prefix, after)]).toEqual([known.size, under.length, rest.length]);
    }),
  );
});

it('a sorted map of many keys stays in order while keys come and go', () => {
  const map = new SortedMap<number>();
  const name = (index: number): string => `/k/${String((index * 7_919) % 10_007).padStart(5, '0')}`;
  for (let index = 0; index < 10_007; index++) map.set(name(index), index);
  for (let index = 0; index < 10_007; index += 2) map.delete(name(index));
  const left = Array.from({ length: 10_007 }, (_, index) => index).filter((index) => index % 2 === 1);
  expect([...map.range('/k/')].map(name)).toEqual(left.map(name).sort());
  expect(map.count('/k/', '/k/05000')).toBe(left.filter((index) => name(index) > '/k/05000').length);
  for (const index of left) map.delete(name(index));
  expect([map.size, map.count('')]).toEqual([0, 0]);
});
