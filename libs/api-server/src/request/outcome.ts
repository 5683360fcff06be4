import type { ApiObject, Resource } from '@skiff/apimachinery';
import type { metav1 } from '@skiff/contracts';
import type { CachedObject } from '../cache/cached-object';
import type { ListPage } from '../operations/lists';
import type { WatchSink } from '../operations/watch-sink';
import type { Delegate } from './delegation';
import type { ConnectHandler } from './handlers';
import type { PathHandler } from '../routing/paths';

/** What comes of a request that goes well. */
export type Outcome =
  | { readonly type: 'object'; readonly code: 200 | 201; readonly object: CachedObject }
  | { readonly type: 'list'; readonly definition: Resource; readonly page: ListPage }
  | { readonly type: 'status'; readonly status: metav1.Status }
  /** A watch that is ready: `run` resolves when it has ended. */
  | {
      readonly type: 'watch';
      readonly definition: Resource;
      readonly run: (sink: WatchSink, signal: AbortSignal) => Promise<void>;
    }
  /** Something that takes the connection over. */
  | {
      readonly type: 'connection';
      readonly handler: ConnectHandler;
      /** As admission has let them through, and as they were sent. */
      readonly options: ApiObject | undefined;
      readonly sent: ApiObject | undefined;
    }
  /** Something that another server answers. */
  | { readonly type: 'delegated'; readonly delegate: Delegate }
  /** Whoever makes a call is let in: what it brings are requests of their own. */
  | { readonly type: 'entered' }
  /** Something that is no resource. */
  | { readonly type: 'path'; readonly handler: PathHandler };
