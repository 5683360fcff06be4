import type { StatusError } from '@skiff/apimachinery';
import type { CacheWatcher } from './cache-watcher';
import type { CacheEvent } from './event-log';

/** Those who watch a cache, each with the owner that it was opened for. */
export class Watchers {
  private readonly owners = new Map<CacheWatcher, object>();

  /** Answers how to take the watcher out again. */
  add(watcher: CacheWatcher, owner: object): () => void {
    this.owners.set(watcher, owner);
    return () => void this.owners.delete(watcher);
  }

  event(event: CacheEvent): void {
    for (const watcher of this.owners.keys()) watcher.event(event);
  }

  /** Tells the watchers of an owner, or all of them, that there is no more. */
  end({ owner, error }: { readonly owner?: object; readonly error?: StatusError } = {}): void {
    for (const [watcher, opener] of [...this.owners]) {
      if (owner && opener !== owner) continue;
      this.owners.delete(watcher);
      watcher.end(error);
    }
  }
}
