import type { Kind } from '@skiff/contracts';
import type { UserInfo } from '../../auth/user';
import type { ApiObject } from '@skiff/apimachinery';
import type { KeptByStatus } from '../metadata';

/** Who writes, and when. */
export interface StrategyContext {
  readonly user: UserInfo;
  /** RFC 3339. */
  readonly now: string;
  warn(text: string): void;
}

/** What a kind does with its own fields on the way into the store. */
export interface Strategy<T extends ApiObject = ApiObject> {
  /** Brings what was sent into the one form that is stored, before anybody is said to own a field. */
  canonicalize?(object: T): void;
  /** What of the metadata a write of status keeps; default: nothing. */
  readonly keptByStatus?: KeptByStatus;
  /** Whether a change is a new generation; default: one of anything but metadata and status. Not asked of writes of status. */
  counts?(object: T, old: T): boolean;
  /** Sets what only the server may set in a new object. */
  prepareCreate?(object: T, context: StrategyContext): void;
  /** Keeps what a writer may not change. */
  prepareUpdate?(object: T, old: T, subresource: string, context: StrategyContext): void;
}

/** A strategy with the kind that it is for. */
export interface KindStrategy {
  readonly message: string;
  readonly strategy: Strategy;
}

export function strategyFor<T extends ApiObject>(kind: Kind<T>, strategy: Strategy<T>): KindStrategy {
  // It is only ever given objects of its kind.
  return { message: kind.message, strategy: strategy as unknown as Strategy };
}
