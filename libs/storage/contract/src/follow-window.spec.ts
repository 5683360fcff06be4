import { EventWindow } from './event-window';
import { eventKey } from './events';
import { followWindow } from './follow-window';
import type { StoreEvent, WatchBatch } from './store';

const put = (key: string, revision: number): StoreEvent => ({
  type: 'put',
  entry: { key, value: Buffer.alloc(10), revision: BigInt(revision), createRevision: 1n },
});

describe('those who follow a window of events', () => {
  let window: EventWindow;
  let stop: AbortController;
  let told: string[];

  const write = (key: string, revision: number): void => window.push([put(key, revision)], BigInt(revision));

  /** Tells of each batch in one line. Ends with the test. */
  async function follow(prefix: string): Promise<void> {
    const backfill = (): AsyncIterable<WatchBatch> => {
      throw new Error('nothing was to be read back');
    };
    for await (const { events, revision } of followWindow(window, prefix, 0n, stop.signal, backfill))
      told.push(`${events.map(eventKey).join(' ') || 'nothing'} up to ${revision}`);
  }

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    window = new EventWindow(0n, 10);
    stop = new AbortController();
    told = [];
  });

  it('are told of what is under their prefix, and not of the rest', async () => {
    const following = follow('/a/');
    write('/b/1', 1);
    write('/a/1', 2);
    await turn();
    write('/b/2', 3);
    await turn();
    write('/a/2', 4);
    await turn();
    expect(told).toEqual(['/a/1 up to 2', '/a/2 up to 4']);
    stop.abort();
    await following;
  });

  it('are told how far it has come when that was asked for', async () => {
    const following = follow('/a/');
    await turn();
    write('/b/1', 1);
    window.advance(1n);
    await turn();
    window.advance(1n);
    window.advance(3n);
    write('/b/2', 2);
    await turn();
    expect(told).toEqual(['nothing up to 1']);
    write('/b/3', 3);
    await turn();
    write('/b/4', 4);
    await turn();
    expect(told).toEqual(['nothing up to 1', 'nothing up to 3']);
    stop.abort();
    await following;
  });

  it('do not fall behind the window while they wait', async () => {
    const following = follow('/a/');
    await turn();
    for (let revision = 1; revision <= 100; revision += 1) write('/b/1', revision);
    window.forget(100n);
    write('/a/1', 101);
    await turn();
    expect(told).toEqual(['/a/1 up to 101']);
    stop.abort();
    await following;
  });

  it('miss nothing of what comes before they have gone on', async () => {
    const following = follow('/a/');
    await turn();
    write('/a/1', 1);
    write('/b/1', 2);
    write('/a/2', 3);
    await turn();
    window.advance(3n);
    write('/a/3', 4);
    await turn();
    expect(told).toEqual(['/a/1 /a/2 up to 3', '/a/3 up to 4']);
    stop.abort();
    await following;
  });

  it('end with the window, and throw what it ended with', async () => {
    const following = follow('/a/');
    await turn();
    window.end(new Error('gone'));
    await expect(following).rejects.toThrow('gone');
  });
});
