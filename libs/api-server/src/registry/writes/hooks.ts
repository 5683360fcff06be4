import type { UserInfo } from '../../auth/user';
import type { ApiObject } from '@skiff/apimachinery';

export interface HookContext {
  readonly user: UserInfo;
  readonly dryRun: boolean;
}

/** Undoes what a hook did outside the object, when the write fails. */
export type Undo = () => Promise<void>;

/** What a resource adds to the common way of writing it. */
export interface WriteHooks<T extends ApiObject = ApiObject> {
  /** Changes a new object before it is validated, such as by allocating an address. */
  beforeCreate?(object: T, context: HookContext): Promise<Undo | undefined>;
  beforeUpdate?(object: T, old: T, context: HookContext): Promise<Undo | undefined>;
  /** After the change is durable. */
  afterUpdate?(object: T, old: T): Promise<void>;
  afterDelete?(object: T): Promise<void>;
}
