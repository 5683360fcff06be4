import { silentLogger } from '@skiff/platform';
import { FakeClock } from '@skiff/testing';
import type { Image, ImageService } from '../runtime/image-service';
import { RuntimeError } from '../runtime/runtime-error';
import { ImageGarbageCollector } from './image-gc';

const minute = 60_000;

function image(id: string, change: Partial<Image> = {}): Image {
  return { id, tags: [`${id}:1`], digests: [], size: 10, username: '', pinned: false, ...change };
}

/** A node with a file system of a hundred bytes, and a collector of its images. */
class Node {
  readonly clock = new FakeClock();
  readonly warnings: string[] = [];
  readonly inUse = new Set<string>();
  readonly asked = new Map<string, number>();
  images: Image[] = [];
  available = 100;
  capacity = 100;
  /** An image that the runtime does not let go. */
  stuck = '';

  readonly collector = new ImageGarbageCollector({
    images: this.service(),
    clock: this.clock,
    logger: silentLogger,
    inUse: async () => this.inUse,
    lastUsed: (id) => this.asked.get(id) ?? 0,
    warn: (reason, message) => void this.warnings.push(`${reason}: ${message}`),
    capacity: async () => ({ capacity: this.capacity, available: this.available }),
  });

  /** What is left after a while, and a collection. */
  async after(milliseconds: number): Promise<string[]> {
    await this.clock.advance(milliseconds);
    await this.collector.collect();
    return this.images.map(({ id }) => id);
  }

  private service(): ImageService {
    return {
      listImages: async () => this.images,
      removeImage: async (id) => {
        if (id === this.stuck) throw new RuntimeError('Unknown', 'it is held');
        this.images = this.images.filter((each) => each.id !== id);
        this.available += 10;
      },
      imageFileSystem: async () => ({ mountpoint: '/images', usedBytes: 0 }),
      imageStatus: async () => undefined,
      pullImage: async (reference) => reference,
    };
  }
}

describe('garbage collection of images', () => {
  let node: Node;
  beforeEach(() => (node = new Node()));

  it('frees down to the low threshold once the high one is reached, longest unused first', async () => {
    node.images = [image('recent'), image('old'), image('older')];
    node.asked.set('recent', 3).set('old', 2).set('older', 1);
    node.available = 16;
    expect(await node.after(0)).toEqual(['recent', 'old', 'older']);
    node.available = 15;
    expect(await node.after(0)).toEqual(['recent', 'old']);
  });

  it('never takes what is in use, by its id or by any name, or pinned', async () => {
    node.images = [image('a'), image('b'), image('c', { digests: ['c@sha256:1'] }), image('d', { pinned: true })];
    for (const name of ['a', 'b:1', 'c@sha256:1']) node.inUse.add(name);
    node.available = 0;
    await expect(node.after(0)).rejects.toThrow('only found 0 bytes eligible to free');
    expect(node.images).toHaveLength(4);
  });

  it('counts the age of an image from when it was first seen, whether anything ever used it or not', async () => {
    node.available = 90;
    await node.after(0);
    node.images = [image('loaded')];
    await node.after(minute);
    node.available = 15;
    await expect(node.after(minute)).rejects.toThrow('Failed to garbage collect');
    expect(node.images).toHaveLength(1);
    expect(await node.after(minute)).toEqual([]);
  });

  it('takes what it finds at its start for old', async () => {
    node.images = [image('found')];
    node.available = 15;
    expect(await node.after(0)).toEqual([]);
  });

  it('orders by when it saw an image in use last', async () => {
    node.images = [image('a'), image('b')];
    node.inUse.add('a');
    await node.after(0);
    node.inUse.clear();
    node.inUse.add('b');
    await node.after(minute);
    node.inUse.clear();
    node.available = 15;
    expect(await node.after(3 * minute)).toEqual(['b']);
  });

  it('tells that it found too little, and what fails again and again', async () => {
    node.available = 0;
    await expect(node.after(0)).rejects.toThrow();
    const found = 'Attempted to free 20 bytes, but only found 0 bytes eligible to free.';
    const message = `Failed to garbage collect required amount of images. ${found}`;
    expect(node.warnings).toEqual([`FreeDiskSpaceFailed: ${message}`]);
    await expect(node.after(0)).rejects.toThrow();
    expect(node.warnings.slice(1)).toEqual([`FreeDiskSpaceFailed: ${message}`, `ImageGCFailed: ${message}`]);
  });

  it('goes on after an image that the runtime keeps', async () => {
    node.images = [image('held'), image('free')];
    node.asked.set('held', 1).set('free', 2);
    node.stuck = 'held';
    node.available = 10;
    await expect(node.after(0)).rejects.toThrow(
      'wanted to free 10 bytes, but freed 10 bytes space with errors in image deletion: rpc error: code = Unknown desc = it is held',
    );
    expect(node.images.map(({ id }) => id)).toEqual(['held']);
  });

  it('says when the file system has no size', async () => {
    node.capacity = 0;
    await expect(node.after(0)).rejects.toThrow('invalid capacity 0 on image filesystem');
    expect(node.warnings).toEqual(['InvalidDiskCapacity: invalid capacity 0 on image filesystem']);
  });
});
