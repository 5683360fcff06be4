import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';
import type { Clock } from '@skiff/platform';

/** What a process uses so far. */
export interface Usage {
  /** Memory that its objects and buffers take, garbage included. */
  readonly bytes: number;
  /** The part of it that is objects. */
  readonly heapBytes: number;
  /** Processor time since its start. */
  readonly cpuMilliseconds: number;
}

export interface IdleCollectionOptions {
  readonly clock: Clock;
  readonly usage?: () => Usage;
  /** Resolves when it is done. */
  readonly collect?: () => Promise<void>;
}

const checkMilliseconds = 5_000;
/** A process that uses a smaller share of a processor than this is idle. */
const idleShare = 0.1;
/** Less than this is not worth a collection. */
const worthwhileBytes = 16 << 20;
/** A process with more objects would be stopped for too long: it takes several collections to give room back. */
const mostHeapBytes = 128 << 20;
/** How much the objects left by a collection may grow by before Node.js collects all of them by itself. */
const roomBytes = 24 << 20;

/**
 * Gives memory back after a burst of work: Node.js leaves garbage where it is for as long as nobody needs the room.
 * Collects once a process is idle and has come to use more than after the last collection.
 */
export function collectWhenIdle(options: IdleCollectionOptions, signal: AbortSignal): void {
  const { clock, usage = processUsage, collect = collectGarbage } = options;
  let before = usage();
  let kept = before.bytes;
  const check = async (): Promise<void> => {
    const now = usage();
    const isIdle = now.cpuMilliseconds - before.cpuMilliseconds < idleShare * checkMilliseconds;
    before = now;
    if (isIdle && now.bytes - kept > worthwhileBytes && now.heapBytes < mostHeapBytes) {
      await collect();
      kept = usage().bytes;
    }
    kept = Math.min(kept, now.bytes);
    if (!signal.aborted) timer = clock.after(checkMilliseconds, () => void check());
  };
  let timer = clock.after(checkMilliseconds, () => void check());
  signal.addEventListener('abort', () => timer.cancel(), { once: true });
}

function processUsage(): Usage {
  const { heapTotal, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return { bytes: heapTotal + external, heapBytes: heapUsed, cpuMilliseconds: (user + system) / 1000 };
}

/**
 * What the button of a debugger does: it gives the room back to the system, too, which a collection of
 * Node.js's own leaves with the process.
 */
async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
  } finally {
    session.disconnect();
  }
  // V8 takes the little that an idle process allocates for its pace from then on: it would let a heap of 20 MB grow by
  // 5 MB and collect it all over again, ten times a second, which doubles the processor time of requests.
  const { heapUsed } = process.memoryUsage();
  setFlagsFromString(`--heap-growing-percent=${Math.ceil((100 * roomBytes) / heapUsed)}`);
}
