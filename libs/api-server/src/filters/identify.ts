import type { Filter } from '../request/chain';
import type { Request } from '../request/request';
import type { Router } from '../routing/router';

/** Finds out what a request is about, and who answers it. */
export const identify =
  (router: Router): Filter =>
  (next) => {
    const identified = (request: Request): ReturnType<typeof next> => {
      request.isIdentified = true;
      return next(request);
    };
    const go = (request: Request): ReturnType<typeof next> => {
      const found = router.find(request);
      return found ? found.then(() => identified(request)) : identified(request);
    };
    // Over gRPC only the message tells, which nobody reads of those who are not known.
    return (request) => (request.read ? request.read(request).then(() => go(request)) : go(request));
  };
