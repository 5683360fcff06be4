import type { Follow } from '../admission/follow';
import { follow } from './follow';
import type { Registry } from './registry';

/** Those who want to follow, before there is something to be followed. */
export class Followers {
  private readonly waiting: ((registry: Registry) => Promise<void>)[] = [];

  readonly add: Follow = (kind, follower) => {
    this.waiting.push((registry) =>
      follow(
        registry,
        kind,
        (object) => follower.set(object),
        (object) => follower.remove(object),
      ),
    );
  };

  /** Resolves when each of them knows what there is. */
  async begin(registry: Registry): Promise<void> {
    await Promise.all(this.waiting.splice(0).map((begin) => begin(registry)));
  }
}
