import { apiVersionOf, type Kind } from '@skiff/contracts';
import { all, andThen, type Awaitable } from '../cache/awaitable';
import { CachedObject } from '../cache/cached-object';
import type { CacheEvent } from '../cache/event-log';
import type { ApiObject, VersionedStorage } from '@skiff/apimachinery';

/** One version of a resource, as a view of what is stored. */
export class VersionView<T extends ApiObject = ApiObject> {
  /** Whether objects are stored in this version and in no other: then the view is what is stored. */
  readonly isStored: boolean;
  private readonly storage: Kind<ApiObject>;

  constructor(
    private readonly kind: Kind<T>,
    private readonly stored: VersionedStorage | undefined,
  ) {
    this.storage = stored?.kinds[0] ?? (kind as Kind<ApiObject>);
    this.isStored = this.storage === kind && (stored?.kinds.length ?? 1) === 1;
  }

  /** An object in this version: made once for all who read it. */
  of(stored: CachedObject): Awaitable<CachedObject<T>> {
    if (stored.kind === this.kind) return stored as CachedObject<T>;
    return stored.view(this.kind, () => this.convert(stored));
  }

  /** Objects in this version, in their order. */
  all(stored: readonly CachedObject[]): Awaitable<readonly CachedObject<T>[]> {
    return this.isStored ? (stored as readonly CachedObject<T>[]) : all(stored.map((object) => this.of(object)));
  }

  event(event: CacheEvent): Awaitable<CacheEvent<T>> {
    if (this.isStored) return event as CacheEvent<T>;
    const { type, revision } = event;
    return andThen(this.of(event.current), (current) =>
      andThen(event.previous && this.of(event.previous), (previous) => ({ type, current, previous, revision })),
    );
  }

  /** An object of this version in the one that is written. */
  toStored(object: T): Awaitable<ApiObject> {
    return this.storage === this.kind ? object : this.required.convert(object, this.storage);
  }

  private convert(stored: CachedObject): Awaitable<CachedObject<T>> {
    const { key, revision, trace } = stored;
    return andThen(
      this.required.convert(stored.object, this.kind as Kind<ApiObject>),
      // The conversion was asked for an object of this kind.
      (object) => new CachedObject(this.kind, key, object as T, revision, trace),
    );
  }

  private get required(): VersionedStorage {
    if (!this.stored) throw new RangeError(`${apiVersionOf(this.kind)} ${this.kind.kind} has no conversion`);
    return this.stored;
  }
}
