import { pause, type Clock, type Logger } from '@skiff/platform';
import type { RuntimeInfo } from '../runtime/runtime-info';
import type { PodWorker } from './worker';

export interface RuntimeHintsParts {
  readonly runtime: Pick<RuntimeInfo, 'hints'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** When a pod is looked at after a hint, in milliseconds each after the last. */
const looks = [0, 10, 30, 80, 200, 500, 1000, 2000];
const retryMilliseconds = 1000;

/** Tells the workers of pods what the runtime hints of their containers. */
export class RuntimeHints {
  private following = false;

  constructor(
    private readonly parts: RuntimeHintsParts,
    /** The worker of the pod that a container belongs to. */
    private readonly workerOf: (containerId: string) => PodWorker | undefined,
  ) {}

  /** Whether the runtime tells of changes now; else its lists have to be compared often. */
  get areComing(): boolean {
    return this.following;
  }

  /** Runs until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { clock, logger, runtime } = this.parts;
    while (!signal.aborted) {
      try {
        this.following = true;
        for await (const { id } of runtime.hints(signal)) if (id !== undefined) this.look(id, 0);
      } catch (error) {
        logger.warn('the runtime stopped telling of changes', { error });
      }
      this.following = false;
      await pause(clock, retryMilliseconds, signal);
    }
  }

  /** The runtime's own record, or the kubelet's, may come a moment after the hint: looked at a few times. */
  private look(id: string, attempt: number): void {
    const delay = looks[attempt];
    if (delay === undefined) return;
    this.parts.clock.after(delay, () => {
      const worker = this.workerOf(id);
      const container = worker?.state.containers.find((candidate) => candidate.id === id);
      if (attempt > 0 && container?.phase === 'exited') return;
      // What ends while it is being started is not known yet.
      worker?.markStale();
      this.look(id, attempt + 1);
    });
  }
}
