import type { ApiObject } from '@skiff/apimachinery';
import type { Kind, metav1 } from '@skiff/contracts';
import type { Caches } from './caches';
import type { Queue, Trace } from './queue';
import { byNamespace } from './indexers';
import { keyFrom, keyOf } from './keys';
import { selects } from './labels';
import { controllerOf } from './owner-references';

/** Finds the objects of one kind that control others, or might. */
export class Owners<T extends ApiObject> {
  constructor(
    private readonly caches: Caches,
    private readonly kind: Kind<T>,
    private readonly selectorOf: (owner: T) => metav1.LabelSelector | undefined,
  ) {}

  /** The one that controls an object; undefined when that is another kind's, nobody's, or not in the cache. */
  of(object: ApiObject): T | undefined {
    const controller = controllerOf(object);
    if (controller?.kind !== this.kind.kind) return undefined;
    const owner = this.caches.of(this.kind).get(keyFrom(object.metadata?.namespace, controller.name ?? ''));
    return owner?.metadata?.uid === controller.uid ? owner : undefined;
  }

  /** Has the one that controls an object looked at, or, of an orphan, all that might adopt it. */
  wake(object: ApiObject, queue: Queue, trace: Trace): void {
    const owner = this.of(object);
    if (owner) queue.add(keyOf(owner), trace);
    else this.wakeAdopters(object, queue, trace);
  }

  /** Has all looked at that might adopt an orphan; nothing is done for what is controlled. */
  wakeAdopters({ metadata }: ApiObject, queue: Queue, trace?: Trace): void {
    if (controllerOf({ metadata })) return;
    for (const owner of this.caches.of(this.kind).byIndex(byNamespace, metadata?.namespace ?? '')) {
      if (selects(this.selectorOf(owner), metadata?.labels)) queue.add(keyOf(owner), trace);
    }
  }
}
