import type { MountError } from './reconciler';
import { BackOff } from '../pod-model/backoff';

/** Upstream's waits between two tries to mount a volume, in milliseconds. */
const firstWait = 500;
const longestWait = 122_000;

/**
 * Says when to tell of volumes that cannot be mounted: again and again, with
 * upstream's growing waits. Tries are more frequent, since what a volume waits
 * for may come any moment.
 */
export class FailedMounts {
  private readonly backOff = new BackOff(firstWait, longestWait);

  /** The messages to tell now, in milliseconds since the epoch. */
  due({ failures }: MountError, now: number): string[] {
    const due = [...failures].filter(([volume]) => this.backOff.remainingSinceUpdate(volume, now) <= 0);
    for (const [volume] of due) this.backOff.next(volume, now, now);
    return due.map(([, message]) => message);
  }
}
