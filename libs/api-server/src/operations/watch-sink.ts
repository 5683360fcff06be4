import type { StatusError } from '@skiff/apimachinery';
import type { CachedObject } from '../cache/cached-object';

export type WatchItem =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: CachedObject }
  | { readonly type: 'BOOKMARK'; readonly revision: bigint; readonly initialEventsEnd: boolean }
  | { readonly type: 'ERROR'; readonly error: StatusError };

/** Where a watch's events go. */
export interface WatchSink {
  /** Nothing is wrong with what was asked for: what goes wrong from now on is an event. */
  open(): void;
  send(item: WatchItem): void;
  /** Bytes that the peer has not taken yet. */
  backlog(): number;
  /** Resolves when the peer has taken what it was sent, or is gone. */
  drained(): Promise<void>;
  end(): void;
  /** Ends it at once, and forgets what the peer has not taken. */
  abort(): void;
}
