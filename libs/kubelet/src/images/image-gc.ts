import { statfs } from 'node:fs/promises';
import type { Clock, Logger } from '@skiff/platform';
import type { Image, ImageService } from '../runtime/types';

export interface ImageGcOptions {
  readonly images: ImageService;
  readonly clock: Clock;
  readonly logger: Logger;
  /** References that containers run from or pods name; never removed. */
  readonly inUse: () => Promise<ReadonlySet<string>>;
  readonly lastUsed: (id: string) => number;
  /** Per cent of the image file system at which removal starts. Default 85. */
  readonly highThreshold?: number;
  /** Per cent down to which it goes. Default 80. */
  readonly lowThreshold?: number;
  /** Images younger than this on the node stay, in milliseconds. Default 2 minutes. */
  readonly minimumAge?: number;
}

/** Which images to remove to free that many bytes: unused ones, longest unused first. */
export function imagesToRemove(
  images: readonly Image[],
  inUse: ReadonlySet<string>,
  lastUsed: (id: string) => number,
  bytes: number,
): Image[] {
  const idle = images
    .filter((image) => !image.pinned)
    .filter((image) => ![image.id, ...image.tags, ...image.digests].some((name) => inUse.has(name)))
    .sort((a, b) => lastUsed(a.id) - lastUsed(b.id));
  const chosen: Image[] = [];
  let freed = 0;
  for (const image of idle) {
    if (freed >= bytes) break;
    chosen.push(image);
    freed += image.size;
  }
  return chosen;
}

/** Frees the image file system when it is fuller than the high threshold. Answers how many images went. */
export async function collectImages(options: ImageGcOptions): Promise<number> {
  const { highThreshold = 85, lowThreshold = 80, minimumAge = 120_000 } = options;
  const fileSystem = await options.images.imageFileSystem();
  if (fileSystem === undefined) return 0;
  const stats = await statfs(fileSystem.mountpoint);
  const capacity = stats.blocks * stats.bsize;
  const usedPercent = 100 - (stats.bavail * stats.bsize * 100) / Math.max(1, capacity);
  if (usedPercent < highThreshold) return 0;
  const target = ((usedPercent - lowThreshold) / 100) * capacity;
  const now = options.clock.now();
  const old = (await options.images.listImages()).filter((image) => now - options.lastUsed(image.id) > minimumAge);
  const chosen = imagesToRemove(old, await options.inUse(), options.lastUsed, target);
  for (const image of chosen) {
    await options.images.removeImage(image.id);
    options.logger.info('removed an unused image', { image: image.id, tags: image.tags, bytes: image.size });
  }
  return chosen.length;
}
