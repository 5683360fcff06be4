import type { corev1 } from '@skiff/contracts';
import type { TerminationMessages } from '../containers/termination-message';
import type { PodRuntimeView } from './runtime-view';
import type { ContainerStarts } from './container-starts';
import type { PodTerminator } from './terminator';

export interface PodEndingParts {
  readonly starts: Pick<ContainerStarts, 'settled'>;
  readonly terminator: Pick<PodTerminator, 'end' | 'hurry'>;
  readonly messages: TerminationMessages;
  readonly view: PodRuntimeView;
}

/** The end of a pod for good, which goes on beside the passes over the pod. */
export class PodEnding {
  private current: { graceSeconds: number; done: boolean } | undefined;

  constructor(private readonly parts: PodEndingParts) {}

  get hasBegun(): boolean {
    return this.current !== undefined;
  }

  /** Whether nothing of the pod runs any more. */
  get isDone(): boolean {
    return this.current?.done === true;
  }

  /** Ends all that runs; resolves when it has ended. After a failure it can be begun again, with what is left. */
  async begin(pod: corev1.Pod, graceSeconds: number): Promise<void> {
    const { messages, starts, terminator, view } = this.parts;
    const current = { graceSeconds, done: false };
    this.current = current;
    try {
      await starts.settled();
      await terminator.end(pod, graceSeconds);
      await messages.read(view.state.containers);
      current.done = true;
    } catch (error) {
      this.current = undefined;
      throw error;
    }
  }

  /** Somebody lost patience: the same containers get less time, if it is less. */
  async hurry(graceSeconds: number): Promise<void> {
    if (this.current === undefined || graceSeconds >= this.current.graceSeconds) return;
    this.current.graceSeconds = graceSeconds;
    await this.parts.terminator.hurry(graceSeconds);
  }
}
