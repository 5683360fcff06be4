import type { Kind } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';
import type { Awaitable } from './awaitable';

/** The versions in which objects of a resource may be stored; the first is the one that is written. */
export type StoredKinds = readonly [Kind<ApiObject>, ...Kind<ApiObject>[]];

/** How a resource is stored that is served in other versions than it is stored in. */
export interface VersionedStorage {
  readonly kinds: StoredKinds;
  /**
   * An object in another version of its resource. What can be made at once is answered at once, so that nobody waits;
   * a promise is for a conversion that has to ask somebody else, who may gather what is asked in one turn.
   */
  convert(object: ApiObject, to: Kind<ApiObject>): Awaitable<ApiObject>;
}
