import type { Filter } from '../request/chain';
import type { Draining } from './draining';

/** Lets whoever stops wait for requests that do not last. */
export const drain =
  (draining: Draining): Filter =>
  (next) =>
  async (request) => {
    if (request.lasts) return next(request);
    draining.begin();
    try {
      return await next(request);
    } finally {
      draining.end();
    }
  };
