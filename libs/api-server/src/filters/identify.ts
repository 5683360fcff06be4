import type { Filter } from '../request/chain';
import type { Request } from '../request/request';
import type { Router } from '../routing/router';

/** Finds out what a request is about, and who answers it. */
export const identify =
  (router: Router): Filter =>
  (next) => {
    const go = (request: Request): ReturnType<typeof next> => {
      router.find(request);
      request.isIdentified = true;
      return next(request);
    };
    // Over gRPC only the message tells, which nobody reads of those who are not known.
    return (request) => (request.read ? request.read(request).then(() => go(request)) : go(request));
  };
