import type { Kind } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';

/** The versions in which objects of a resource may be stored; the first is the one that is written. */
export type StoredKinds = readonly [Kind<ApiObject>, ...Kind<ApiObject>[]];

/** How a resource is stored that is served in other versions than it is stored in. */
export interface VersionedStorage {
  readonly kinds: StoredKinds;
  /**
   * An object in another version of its resource. What can be made at once is answered at once, so that nobody waits;
   * a promise is for a conversion that has to ask somebody else, who may gather what is asked in one turn.
   */
  convert(object: ApiObject, to: Kind<ApiObject>): ApiObject | Promise<ApiObject>;
}

/** The ways between the one kind that is stored and another one that is served, by pure functions. */
export interface Conversion<T extends ApiObject, S extends ApiObject> {
  readonly served: Kind<T>;
  readonly stored: Kind<S>;
  toStored(object: T): S;
  fromStored(object: S): T;
}

/** The storage of a kind that is stored as another one. */
export function storedAs<T extends ApiObject, S extends ApiObject>(conversion: Conversion<T, S>): VersionedStorage {
  const { served, stored } = conversion;
  return {
    // Objects are only ever converted from and into these two kinds.
    kinds: [stored as unknown as Kind<ApiObject>],
    convert(object, to) {
      if (to.message === stored.message) return conversion.toStored(object as T);
      // The codec adds what this version always shows.
      return served.codec.decode(served.codec.encode(conversion.fromStored(object as S)).finish());
    },
  };
}
