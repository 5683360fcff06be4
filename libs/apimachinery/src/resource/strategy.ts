import type { metav1 } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';

/** Who writes, and when. */
export interface StrategyContext {
  readonly user: {
    readonly name: string;
    /** Empty when nobody knows one. */
    readonly uid: string;
    readonly groups: readonly string[];
    readonly extra: Readonly<Record<string, readonly string[]>>;
  };
  /** RFC 3339. */
  readonly now: string;
  warn(text: string): void;
}

/** What of the metadata a write of status keeps, beside what every write keeps. */
export type KeptByStatus = readonly ('labels' | 'annotations' | 'ownerReferences' | 'finalizers')[];

/** What a resource does with its own fields on the way into the store, and out of it. */
export interface Strategy<T extends ApiObject = ApiObject> {
  /** Brings what was sent into the one form that is stored, before anybody is said to own a field. */
  canonicalize?(object: T): void;
  /** What of the metadata a write of status keeps; default: nothing. */
  readonly keptByStatus?: KeptByStatus;
  /** Whether a new object has the status that was sent; default: it has none yet. */
  readonly keepsStatusOnCreate?: boolean;
  /** Whether who replaces an object has to say which version of it is meant; default: that may be left out. */
  readonly requiresVersion?: boolean;
  /** Whether a change is a new generation; default: one of anything but metadata and status. Not asked of writes of status. */
  countsGeneration?(object: T, old: T): boolean;
  /** Sets what only the server may set in a new object. */
  prepareForCreate?(object: T, context: StrategyContext): void;
  /** Keeps what a writer may not change. `subresource` is empty for the object itself. */
  prepareForUpdate?(object: T, old: T, subresource: string, context: StrategyContext): void;
  /**
   * The seconds that an object gets to end once it is to be deleted. A resource that has this is always
   * marked as deleted first; of the others, what nothing holds goes at once.
   */
  gracePeriod?(object: T, options: metav1.DeleteOptions): number;
  /** Whether an object waits for something besides its finalizers before it is gone; default: it does not. */
  holdsDeletion?(object: T): boolean;
  /** The object as it is from the moment on that it is marked as deleted; default: as it was. */
  prepareForDelete?(object: T): T;
}
