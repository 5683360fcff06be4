import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '@skiff/platform';

/** What a process uses so far. */
export interface Usage {
  /** Memory that its objects and buffers take, garbage included. */
  readonly bytes: number;
  /** Processor time since its start. */
  readonly cpuMilliseconds: number;
}

export interface IdleCollectionOptions {
  readonly clock: Clock;
  readonly usage?: () => Usage;
  readonly collect?: () => void;
}

const checkMilliseconds = 5_000;
/** A process that uses a smaller share of a processor than this is idle. */
const idleShare = 0.1;
/** Less than this is not worth a collection. */
const worthwhileBytes = 16 << 20;

/**
 * Gives memory back after a burst of work: Node.js leaves garbage where it is for as long as nobody needs the room.
 * Collects once a process is idle and has come to use more than after the last collection.
 */
export function collectWhenIdle(options: IdleCollectionOptions, signal: AbortSignal): void {
  const { clock, usage = processUsage, collect = garbageCollector() } = options;
  let kept = usage().bytes;
  let before = usage();
  const check = (): void => {
    const now = usage();
    const isIdle = now.cpuMilliseconds - before.cpuMilliseconds < idleShare * checkMilliseconds;
    before = now;
    if (isIdle && now.bytes - kept > worthwhileBytes) {
      collect();
      kept = usage().bytes;
    }
    kept = Math.min(kept, now.bytes);
    timer = clock.after(checkMilliseconds, check);
  };
  let timer = clock.after(checkMilliseconds, check);
  signal.addEventListener('abort', () => timer.cancel(), { once: true });
}

function processUsage(): Usage {
  const { heapTotal, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return { bytes: heapTotal + external, cpuMilliseconds: (user + system) / 1000 };
}

/** Node.js only hands it out under a flag, which a process can set for itself. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
