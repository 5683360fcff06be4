import { statfs } from 'node:fs/promises';
import type { Clock, Logger } from '@skiff/platform';
import type { Image, ImageService } from '../runtime/image-service';
import { ImageRecords } from './image-records';

/** How large a file system is and how much of it ordinary users can still have, in bytes. */
export interface Capacity {
  readonly capacity: number;
  readonly available: number;
}

export interface ImageGcOptions {
  readonly images: ImageService;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ids and names of images that containers or sandboxes run from, or pods name; never removed. */
  readonly inUse: () => Promise<ReadonlySet<string>>;
  /** When an image was last asked for, in milliseconds since the epoch; 0 if never. */
  readonly lastUsed: (id: string) => number;
  /** A warning about the node. */
  readonly warn: (reason: string, message: string) => void;
  /** Default: what the system says of the mount point. */
  readonly capacity?: (mountpoint: string) => Promise<Capacity>;
  /** Per cent of the image file system at which removal starts. Default 85. */
  readonly highThreshold?: number;
  /** Per cent down to which it goes. Default 80. */
  readonly lowThreshold?: number;
  /** Images that were first seen less than this ago stay, in milliseconds. Default 2 minutes. */
  readonly minimumAge?: number;
}

/** Frees the image file system of a node. Upstream: pkg/kubelet/images/image_gc_manager.go */
export class ImageGarbageCollector {
  private readonly records = new ImageRecords();
  private failedBefore = false;

  constructor(private readonly options: ImageGcOptions) {}

  /**
   * Notes which images there are and which are in use, and removes unused ones when
   * the file system is fuller than the high threshold. Throws what failed; what fails
   * twice in a row, the node's events tell.
   */
  async collect(): Promise<void> {
    try {
      await this.collectOnce();
      this.failedBefore = false;
    } catch (error) {
      if (this.failedBefore) this.options.warn('ImageGCFailed', (error as Error).message);
      this.failedBefore = true;
      throw error;
    }
  }

  private async collectOnce(): Promise<void> {
    const { clock, images, inUse, lastUsed, minimumAge = 120_000 } = this.options;
    const [present, used] = await Promise.all([images.listImages(), inUse()]);
    const now = clock.now();
    this.records.observe(present, used, lastUsed, now);
    const bytes = await this.bytesToFree();
    if (bytes <= 0) return;
    const freed = await this.free(this.records.idle(present, used, now - minimumAge), bytes);
    if (freed >= bytes) return;
    const found = `Attempted to free ${bytes} bytes, but only found ${freed} bytes eligible to free.`;
    const message = `Failed to garbage collect required amount of images. ${found}`;
    this.options.warn('FreeDiskSpaceFailed', message);
    throw new Error(message);
  }

  private async bytesToFree(): Promise<number> {
    const { capacity = capacityOf, highThreshold = 85, images, lowThreshold = 80, warn } = this.options;
    const fileSystem = await images.imageFileSystem();
    if (fileSystem === undefined) return 0;
    const size = await capacity(fileSystem.mountpoint);
    if (size.capacity === 0) {
      const message = `invalid capacity 0 on image filesystem`;
      warn('InvalidDiskCapacity', message);
      throw new Error(message);
    }
    const available = Math.min(size.available, size.capacity);
    const usedPercent = 100 - Math.floor((available * 100) / size.capacity);
    if (usedPercent < highThreshold) return 0;
    return Math.floor((size.capacity * (100 - lowThreshold)) / 100) - available;
  }

  /** Removes images in this order until that many bytes are free; how many became so. */
  private async free(candidates: readonly Image[], bytes: number): Promise<number> {
    const { images, logger } = this.options;
    const failures: unknown[] = [];
    let freed = 0;
    for (const { id, size, tags } of candidates) {
      if (freed >= bytes) break;
      try {
        await images.removeImage(id);
      } catch (error) {
        failures.push(error);
        continue;
      }
      freed += size;
      logger.info('removed an unused image', { image: id, tags, bytes: size });
    }
    if (failures.length === 0) return freed;
    const causes = failures.map((error) => (error as Error).message).join(', ');
    const message = `wanted to free ${bytes} bytes, but freed ${freed} bytes space with errors in image deletion: `;
    throw new AggregateError(failures, message + causes);
  }
}

async function capacityOf(mountpoint: string): Promise<Capacity> {
  const { bavail, blocks, bsize } = await statfs(mountpoint);
  return { capacity: blocks * bsize, available: bavail * bsize };
}
