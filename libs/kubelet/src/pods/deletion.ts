import type { Logger } from '@skiff/platform';
import type { TerminationMessages } from '../containers/termination-message';
import type { ImageManager } from '../images/image-manager';
import { podFullName, podUid } from '../pod-model/pod';
import { PodEnding } from './ending';
import type { KnownPod } from './known-pod';
import type { PodMemory } from './memory';
import { crashKey } from './plan';
import type { PodPublisher } from './publisher';
import { retryDelay } from './retries';
import type { PodRuntimeView } from './runtime-view';
import type { PodSetup } from './setup';
import type { ContainerStarts } from './container-starts';
import type { StatusSink } from './status/writer';
import type { PodTerminator } from './terminator';
import type { WakeUp } from './wake-up';

/** What of a node a pod is deleted by. */
export interface PodDeletionParts {
  readonly statuses: StatusSink;
  readonly setup: Pick<PodSetup, 'remove' | 'removeVolumes'>;
  readonly images: Pick<ImageManager, 'forget'>;
  readonly logger: Logger;
}

/** The one pod that is deleted. */
export interface DeletedPod {
  readonly known: KnownPod;
  readonly memory: PodMemory;
  readonly view: PodRuntimeView;
  readonly wakeUp: WakeUp;
  readonly messages: TerminationMessages;
  readonly publisher: PodPublisher;
  readonly starts: ContainerStarts;
  readonly terminator: PodTerminator;
}

/** Ends a pod that is deleted, shows its end, and lets its object go. */
export class PodDeletion {
  private readonly ending: PodEnding;

  constructor(
    private readonly parts: PodDeletionParts,
    private readonly pod: DeletedPod,
  ) {
    this.ending = new PodEnding(pod);
  }

  /** Does what can be done now without waiting for what runs; true when nothing of the pod is left. */
  async advance(graceSeconds: number): Promise<boolean> {
    const { known, memory, publisher } = this.pod;
    const { statuses } = this.parts;
    if (!memory.deleted) publisher.publish();
    if (!this.ending.hasBegun) {
      this.begin(graceSeconds);
      return false;
    }
    await this.ending.hurry(graceSeconds);
    if (!this.ending.isDone) return false;
    if (!memory.deleted) {
      publisher.publish();
      await statuses.flush(podUid(known.pod));
    }
    await this.cleanUp();
    if (!memory.deleted) await statuses.finish(known.pod);
    return true;
  }

  private begin(graceSeconds: number): void {
    const { known, wakeUp } = this.pod;
    this.ending.begin(known.pod, graceSeconds).then(
      () => wakeUp.now(),
      (error: unknown) => {
        const pod = podFullName(known.pod);
        this.parts.logger.warn('ending a pod failed, it is tried again', { pod, error });
        wakeUp.after(retryDelay);
      },
    );
  }

  /** Removes all that is left of the pod on this node. */
  private async cleanUp(): Promise<void> {
    const { images, setup } = this.parts;
    const { known, memory, terminator } = this.pod;
    const uid = podUid(known.pod);
    await setup.removeVolumes(uid);
    await terminator.removeAll();
    await setup.remove(known.pod);
    memory.crashBackOff.forgetPrefix(crashKey(known.pod, ''));
    images.forget(uid);
  }
}
