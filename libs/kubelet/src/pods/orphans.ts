import type { Logger } from '@skiff/platform';
import { RuntimeAnnotations } from '../runtime/labels';
import type { ContainerService, RuntimeContainer } from '../runtime/container-service';
import type { Sandbox, SandboxService } from '../runtime/sandbox-service';
import type { PodSetup } from './setup';

export interface OrphansParts {
  readonly runtime: Pick<SandboxService, 'stopSandbox' | 'removeSandbox'> &
    Pick<ContainerService, 'stopContainer' | 'removeContainer'>;
  readonly setup: Pick<PodSetup, 'removeOrphan' | 'uids'>;
  readonly logger: Logger;
}

/** Removes what a node has of pods that it does not know, such as of those that went while the kubelet was away. */
export class Orphans {
  private readonly going = new Set<string>();

  constructor(
    private readonly parts: OrphansParts,
    private readonly isKnown: (podUid: string) => boolean,
  ) {}

  /** Begins to remove the orphans among what the runtime lists and the node's folders hold. */
  async remove(sandboxes: readonly Sandbox[], containers: readonly RuntimeContainer[]): Promise<void> {
    const { logger, setup } = this.parts;
    const found = new Set([...sandboxes, ...containers].map(({ podUid }) => podUid));
    for (const uid of await setup.uids()) found.add(uid);
    for (const uid of found) {
      if (uid === '' || this.isKnown(uid) || this.going.has(uid)) continue;
      this.going.add(uid);
      logger.info('removing what is left of a pod that is gone', { uid });
      const ofPod = ({ podUid }: { readonly podUid: string }): boolean => podUid === uid;
      void this.end(sandboxes.filter(ofPod), containers.filter(ofPod))
        .then(() => setup.removeOrphan(uid))
        .catch((error: unknown) => logger.warn('what is left of a pod could not be removed', { uid, error }))
        .finally(() => this.going.delete(uid));
    }
  }

  private async end(sandboxes: readonly Sandbox[], containers: readonly RuntimeContainer[]): Promise<void> {
    const { runtime } = this.parts;
    await Promise.all(
      containers.map(async ({ id, phase, annotations }) => {
        const grace = Number(annotations[RuntimeAnnotations.podGracePeriod] ?? 30);
        if (phase === 'running') await runtime.stopContainer(id, grace);
        await runtime.removeContainer(id);
      }),
    );
    for (const { id } of sandboxes) {
      await runtime.stopSandbox(id);
      await runtime.removeSandbox(id);
    }
  }
}
