import { timeout, type StatusError } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import type { Filter } from '../request/chain';
import type { Request } from '../request/request';
import { Deadlines } from './deadlines';

/** How long a request may take that does not last, in milliseconds; upstream's `--request-timeout`. */
const requestMilliseconds = 60_000;

/** What a request fails of that took too long. */
export const timedOut = (): StatusError => timeout('request did not complete within the allotted timeout');

/** Answers what takes too long, in upstream's words, and ends what waits for its client. */
export const deadline = (clock: Clock): Filter => {
  const deadlines = new Deadlines<Request>(clock, requestMilliseconds, (request) => {
    request.isExpired = true;
    request.reply.fail(timedOut(), request);
    request.departure.leave('the time for the request is over');
  });
  return (next) => async (request) => {
    if (request.lasts) return next(request);
    const own = deadlines.begin(request, request.input.timeout(), request.received);
    try {
      const outcome = await next(request);
      // What came after the time was sent to nobody.
      if (own.passed) throw timedOut();
      return outcome;
    } finally {
      deadlines.cancel(own);
    }
  };
};
