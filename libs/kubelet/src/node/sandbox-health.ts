import { criv1 } from '@skiff/contracts';
import type { Logger } from '@skiff/platform';
import type { ImageService } from '../runtime/image-service';
import type { RuntimeInfo } from '../runtime/runtime-info';

export interface SandboxHealthOptions {
  readonly runtime: Pick<RuntimeInfo, 'settings'> & {
    readonly images: Pick<ImageService, 'imageStatus' | 'pullImage'>;
  };
  readonly logger: Logger;
  /** Sandboxes can no longer be made, or can again. */
  onChange(): void;
}

/**
 * Whether the node can make sandboxes at all. It cannot when one could not be made
 * and the image that all are made from is missing; then it is asked for until it is
 * there again.
 */
export class SandboxHealth {
  private failure: string | undefined;
  private looking = false;

  constructor(private readonly options: SandboxHealthOptions) {}

  /** Why no sandbox can be made; undefined while they can. */
  get problem(): string | undefined {
    return this.failure;
  }

  /** One was made. */
  succeeded(): void {
    this.note(undefined);
  }

  /** One could not be made; whether that holds for all is found out beside. */
  failed(message: string): void {
    void this.look(message);
  }

  /** Tries to end a problem, without waiting for it. */
  check(): void {
    if (this.failure !== undefined) void this.look(this.failure);
  }

  private note(failure: string | undefined): void {
    const changed = (this.failure === undefined) !== (failure === undefined);
    this.failure = failure;
    if (changed) this.options.onChange();
  }

  private async look(message: string): Promise<void> {
    const { logger, runtime } = this.options;
    if (this.looking) return;
    this.looking = true;
    try {
      const { sandboxImage: image } = await runtime.settings();
      if (image === undefined || (await runtime.images.imageStatus(image)) !== undefined) return this.note(undefined);
      this.note(message);
      await runtime.images.pullImage(image, undefined, criv1.PodSandboxConfig.fromPartial({}));
      this.note(undefined);
    } catch (error) {
      logger.warn('the image of sandboxes cannot be had', { error });
    } finally {
      this.looking = false;
    }
  }
}
