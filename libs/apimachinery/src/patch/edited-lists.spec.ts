import { EditedLists } from './edited-lists';
import { applyJsonPatch } from './json-patch';
import type { Json } from './json';

/** Numbers that look random and are always the same. */
function* numbers(): Generator<number> {
  for (let state = 1; ; state = (state * 48_271) % 2_147_483_647) yield state;
}

describe('long lists that are edited', () => {
  it('become what short ones would', () => {
    const random = numbers();
    const next = (below: number): number => (random.next().value as number) % below;
    const list: Json[] = Array.from({ length: 5_000 }, (_, index) => index);
    const plain = [...list];
    const lists = new EditedLists();
    for (let round = 0; round < 3_000; round += 1) {
      const at = next(plain.length);
      if (round % 3 === 0) {
        lists.remove(list, at);
        plain.splice(at, 1);
      } else if (round % 3 === 1) {
        lists.insert(list, round % 9 === 1 ? plain.length : at, `i${round}`);
        plain.splice(round % 9 === 1 ? plain.length : at, 0, `i${round}`);
      } else {
        lists.set(list, at, `s${round}`);
        plain[at] = `s${round}`;
      }
      if (lists.lengthOf(list) !== plain.length || lists.get(list, at) !== plain[at]) throw new Error(`round ${round}`);
    }
    lists.settle({ in: [list] });
    expect(list).toEqual(plain);
  });

  it('may be emptied and filled again', () => {
    const list: Json[] = Array.from({ length: 3_000 }, (_, index) => index);
    const lists = new EditedLists();
    for (let count = 0; count < 3_000; count += 1) lists.remove(list, 0);
    for (let count = 0; count < 3; count += 1) lists.insert(list, 0, count);
    lists.settleAll();
    expect(list).toEqual([2, 1, 0]);
  });

  it('are tested, copied and moved as they have become', () => {
    const long = Array.from({ length: 3_000 }, () => 'a');
    const patched = applyJsonPatch({ long, other: {} }, [
      { op: 'add', path: '/long/0', value: 'first' },
      { op: 'test', path: '/long', value: ['first', ...long] },
      { op: 'remove', path: '/long/1' },
      { op: 'copy', from: '/long', path: '/copied' },
      { op: 'add', path: '/long/0', value: 'zeroth' },
      { op: 'move', from: '/long', path: '/other/moved' },
      { op: 'replace', path: '/other/moved/1', value: 'second' },
    ]);
    expect(patched).toEqual({
      copied: ['first', ...long.slice(1)],
      other: { moved: ['zeroth', 'second', ...long.slice(1)] },
    });
  });
});

describe('a patch of a long list', () => {
  const add = { op: 'add', path: '/list/0', value: 'x' };
  const remove = { op: 'remove', path: '/list/0' };

  // Each operation would move a million items.
  it('moves no more than a part of it for each operation', () => {
    const list = Array.from({ length: 1_000_000 }, () => 'a');
    const operations = Array.from({ length: 10_000 }, (_, index) => (index % 2 ? remove : add));
    expect((applyJsonPatch({ list }, operations) as { list: Json[] }).list).toHaveLength(list.length);
  });
});
