import { StatusError, type ApiObject } from '@skiff/apimachinery';
import type { CacheEvent } from './event-log';

/** Receives the events of a watch; must return at once. */
export interface CacheWatcher<T extends ApiObject = ApiObject> {
  event(event: CacheEvent<T>): void;
  /**
   * There are no more events. The error says why, such as Expired when the cache had to begin anew, so that the
   * watcher has to as well; it is absent when the resource is served no longer.
   */
  end(error?: StatusError): void;
}

/** The error for a resource version that is no longer known, as upstream words it. */
export const tooOld = (message = 'too old resource version'): StatusError => new StatusError(410, 'Expired', message);
