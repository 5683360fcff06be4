import { eventKey } from '../events';
import type { Store, StoreEvent } from '../store';
import { bytes, collect, line, text, written, type Check } from './harness';

const writeCount = 120;
const keys = 12;

/** Numbers below `limit` that look random and are the same in each run. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

type State = ReadonlyMap<string, { value: string; revision: bigint }>;

/** Writes at random; the state after each revision. */
async function write(store: Store, next: (limit: number) => number): Promise<Map<bigint, State>> {
  const states = new Map<bigint, State>();
  let state: State = new Map();
  for (let index = 0; index < writeCount; index++) {
    const key = `/m/${'abcdef'[next(6)]}${next(keys / 6)}`;
    const known = state.get(key);
    const changed = new Map(state);
    let revision: bigint;
    if (known !== undefined && next(3) === 0) {
      revision = written(await store.delete(key, known.revision));
      changed.delete(key);
    } else {
      const value = String(index);
      const result = known ? store.update(key, bytes(value), known.revision) : store.create(key, bytes(value));
      revision = written(await result);
      changed.set(key, { value, revision });
    }
    state = changed;
    states.set(revision, state);
  }
  return states;
}

/** A list in pages, as lines of key, value and revision. */
async function pages(store: Store, revision: bigint, limit: number): Promise<string[]> {
  const lines: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await store.list({ prefix: '/m/', revision, limit, ...(after === undefined ? {} : { after }) });
    lines.push(...page.entries.map((entry) => `${entry.key} ${text(entry.value)} ${entry.revision}`));
    after = page.entries.at(-1)?.key;
    if (page.more !== page.remaining > 0) throw new Error('more and remaining disagree');
    if (!page.more) return lines;
  }
}

function lines(state: State): string[] {
  return [...state].map(([key, { value, revision }]) => `${key} ${value} ${revision}`).sort();
}

/** What following the events makes of a state. */
function follow(state: State, events: readonly StoreEvent[]): Map<string, string> {
  const values = new Map([...state].map(([key, { value }]) => [key, value]));
  for (const event of events) {
    const before = values.get(eventKey(event));
    const told = event.previous === undefined ? undefined : text(event.previous.value);
    if (before !== told) throw new Error(`${line(event)}, but it was ${before ?? 'absent'}`);
    if (event.type === 'put') values.set(event.entry.key, text(event.entry.value));
    else values.delete(event.key);
  }
  return values;
}

export const modelChecks: readonly Check[] = [
  {
    rule: 'after random writes every past revision lists as it was, and every watch leads from there to now',
    async run({ store }) {
      const next = numbers(20_260_101);
      const states = await write(store, next);
      const revisions = [...states.keys()];
      const last = revisions.at(-1) ?? 0n;
      const final = new Map([...(states.get(last) ?? [])].map(([key, { value }]) => [key, value]));
      const compacted = revisions[writeCount / 4] ?? 0n;
      for (const phase of ['whole', 'compacted']) {
        if (phase === 'compacted') await store.compact(compacted);
        for (const [revision, state] of states) {
          if (phase === 'compacted' && revision < compacted) continue;
          expect(await pages(store, revision, 1 + next(5))).toEqual(lines(state));
          if (next(4) === 0 && revision < last) {
            expect(follow(state, await collect(store, '/m/', revision, last))).toEqual(final);
          }
        }
      }
    },
  },
];
