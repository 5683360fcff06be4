import type { Image } from '../runtime/image-service';

interface ImageRecord {
  readonly firstSeen: number;
  readonly lastUsed: number;
}

/** When each image of a node was first seen and last used, in milliseconds since the epoch. */
export class ImageRecords {
  private records = new Map<string, ImageRecord>();
  private observed = false;

  /**
   * Notes what is there now and forgets what is not. What is there at the first time
   * counts as old: how long it has been there nobody knows.
   */
  observe(images: readonly Image[], inUse: ReadonlySet<string>, lastUsed: (id: string) => number, now: number): void {
    const unknown = this.observed ? now : -Infinity;
    this.records = new Map(
      images.map((image) => {
        const before = this.records.get(image.id);
        const used = isUsed(image, inUse) ? now : Math.max(lastUsed(image.id), before?.lastUsed ?? 0);
        return [image.id, { firstSeen: before?.firstSeen ?? unknown, lastUsed: used }];
      }),
    );
    this.observed = true;
  }

  /** Unused images that were there at that time, those first that have been unused for longest. */
  idle(images: readonly Image[], inUse: ReadonlySet<string>, seenBefore: number): Image[] {
    const recordOf = ({ id }: Image): ImageRecord =>
      this.records.get(id) ?? { firstSeen: Infinity, lastUsed: Infinity };
    return images
      .filter((image) => !image.pinned && !isUsed(image, inUse) && recordOf(image).firstSeen <= seenBefore)
      .sort((a, b) => compare(recordOf(a), recordOf(b)));
  }
}

function compare(a: ImageRecord, b: ImageRecord): number {
  if (a.lastUsed !== b.lastUsed) return a.lastUsed - b.lastUsed;
  return a.firstSeen === b.firstSeen ? 0 : a.firstSeen < b.firstSeen ? -1 : 1;
}

function isUsed({ id, tags, digests }: Image, inUse: ReadonlySet<string>): boolean {
  return [id, ...tags, ...digests].some((name) => inUse.has(name));
}
