import { FakeClock } from '@skiff/testing';
import type { StoredSpan } from './span';
import { SpanStore } from './span-store';

const span = (id: string): StoredSpan => ({
  ...{ traceId: 't', spanId: id, parentSpanId: '', service: 's', name: 'n', error: '', links: [] },
  ...{ startMicros: 0, durationMicros: 1, attributes: {} },
});

describe('the store of spans', () => {
  const clock = new FakeClock();
  let store: SpanStore;
  beforeEach(() => (store = new SpanStore({ maxSpans: 4, maxAgeMilliseconds: 1_000, clock })));
  const write = (writer: string, ...ids: string[]): void => ids.forEach((id) => store.add(span(id), writer));
  const kept = (...ids: string[]): string[] => ids.filter((id) => store.get(`t-${id}`) !== undefined);

  it('lets the oldest go when it is full, whoever wrote it', () => {
    write('one', 'a', 'b');
    write('two', 'c');
    write('three', 'd', 'e');
    expect(kept('a', 'b', 'c', 'd', 'e')).toEqual(['b', 'c', 'd', 'e']);
  });

  it('lets nobody flush out what others wrote beyond half of its room', () => {
    write('one', 'a', 'b');
    write('two', ...Array.from({ length: 100 }, (_, index) => `x${index}`));
    expect(store.size).toBe(4);
    expect(kept('a', 'b', 'x97', 'x98', 'x99')).toEqual(['a', 'b', 'x98', 'x99']);
  });

  it('lets go what is too old, when nobody writes too', async () => {
    write('one', 'a');
    await clock.advance(600);
    write('two', 'b');
    await clock.advance(600);
    store.evict();
    expect(kept('a', 'b')).toEqual(['b']);
  });
});
