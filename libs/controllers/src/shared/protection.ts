import type { ApiObject } from '@skiff/apimachinery';
import type { Kind } from '@skiff/contracts';
import { done, type ControllerBase, type ReconcileContext, type Result } from './controller';
import { hasFinalizer, withFinalizer, withoutFinalizer } from './finalizers';
import { keyOf } from './keys';
import { unlessNotFound } from './not-found';
import { onWrite } from './on-change';
import { isDeleting } from './pods';
import type { Queue } from './queue';

/** What is protected, by which finalizer, and for how long. */
export interface Protected<T extends ApiObject> {
  readonly kind: Kind<T>;
  readonly finalizer: string;
  isUsed(object: T, signal: AbortSignal): boolean | Promise<boolean>;
}

/** Gives every object of a kind a finalizer, and takes it away once the object is deleted and nobody uses it. */
export class Protection<T extends ApiObject> {
  constructor(
    private readonly base: ControllerBase,
    private readonly subject: Protected<T>,
  ) {}

  watch(queue: Queue): void {
    this.base.caches.of(this.subject.kind).subscribe(
      onWrite((object, trace) => {
        if (this.isDue(object)) queue.add(keyOf(object), trace);
      }),
    );
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { kind, finalizer } = this.subject;
    const object = this.base.caches.of(kind).get(key);
    if (!object || !this.isDue(object)) return done;
    if (isDeleting(object) && (await this.subject.isUsed(object, signal))) return done;
    const wanted = isDeleting(object) ? withoutFinalizer(object, finalizer) : withFinalizer(object, finalizer);
    await unlessNotFound(this.base.client.update(kind, wanted, { signal }));
    return done;
  }

  /** Whether it is deleted and still protected, or alive and not yet. */
  private isDue(object: T): boolean {
    return isDeleting(object) === hasFinalizer(object, this.subject.finalizer);
  }
}
