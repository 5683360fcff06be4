import { repeatEvery, type Clock, type Logger } from '@skiff/platform';
import type { Store } from '@skiff/storage';

export interface ProgressParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** As often as etcd tells its watches how far it has come, as kubeadm sets it up: `--watch-progress-notify-interval`. */
const progressMilliseconds = 5_000;

/**
 * Has every cache get on, so that bookmarks of a resource whose objects do not change are of the present. A store tells
 * of its progress when it is asked for its revision, and what changes nowhere may not be asked for.
 */
export function keepProgress({ store, clock, logger, signal }: ProgressParts): Promise<void> {
  const ask = (): Promise<bigint> => store.currentRevision(signal);
  return repeatEvery(progressMilliseconds, { clock, signal }, ask, (error) => {
    if (!signal.aborted) logger.warn('the store does not tell its revision', { error });
  });
}
