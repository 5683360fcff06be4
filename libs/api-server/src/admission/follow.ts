import type { ApiObject } from '@skiff/apimachinery';
import type { Kind } from '@skiff/contracts';

/** Is handed every object of a kind that can be read, and every change, in their order. */
export interface Follower<T extends ApiObject> {
  set(object: T): void;
  remove(object: T): void;
}

/** Follows a kind from when the server begins to serve, with all that is there already. */
export type Follow = <T extends ApiObject>(kind: Kind<T>, follower: Follower<T>) => void;
