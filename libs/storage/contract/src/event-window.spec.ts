import { EventWindow } from './event-window';
import type { StoreEvent } from './store';

const put = (revision: number, bytes = 10): StoreEvent => ({
  type: 'put',
  entry: { key: '/a', value: Buffer.alloc(bytes), revision: BigInt(revision), createRevision: 1n },
});

/** Pushes events with these revisions one by one, and gives those that are left. */
function pushed(window: EventWindow, from: number, to: number, bytes?: number): number[] {
  for (let revision = from; revision <= to; revision += 1) window.push([put(revision, bytes)], BigInt(revision));
  let after = 0n;
  while (!window.covers(after)) after += 1n;
  return window
    .read('/', after, 1_000_000)
    .events.map((event) => Number(event.type === 'put' ? event.entry.revision : event.revision));
}

describe('the window of events of a store', () => {
  it('keeps as many events as it is told, and twice as many at most', () => {
    const kept = pushed(new EventWindow(0n, 10), 1, 100);
    expect(kept.at(-1)).toBe(100);
    expect(kept.length).toBeGreaterThanOrEqual(10);
    expect(kept.length).toBeLessThanOrEqual(21);
  });

  it('is bounded in bytes, too', () => {
    const kept = pushed(new EventWindow(0n, 10_000, 5_000_000), 1, 100, 1_000_000);
    expect(kept.at(-1)).toBe(100);
    expect(kept.length).toBeLessThanOrEqual(6);
  });

  it('keeps what has come last, however large, for those who are about to read it', () => {
    const window = new EventWindow(0n, 10, 1000);
    const batch = Array.from({ length: 50 }, (_, index) => put(index + 1, 1000));
    window.push(batch, 50n);
    expect(window.covers(0n)).toBe(true);
    expect(window.read('/', 0n, 1000).events).toHaveLength(50);
    window.push([put(51)], 51n);
    expect(window.covers(0n)).toBe(false);
    expect(window.covers(50n)).toBe(true);
  });
});
