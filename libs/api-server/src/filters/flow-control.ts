import { StatusError, tooManyRequests } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import type { Flow, FlowController } from '../flow-control/flow-controller';
import type { FlowMetrics, RejectionReason } from '../flow-control/metrics';
import type { Ticket } from '../flow-control/queue';
import { seatsFor, type CountObjects } from '../flow-control/work';
import type { Filter, Handler } from '../request/chain';
import type { Outcome } from '../request/outcome';
import type { Request } from '../request/request';

export interface FlowControlParts {
  readonly controller: FlowController;
  readonly metrics: FlowMetrics;
  readonly clock: Clock;
  readonly countObjects: CountObjects;
  /** How long a request waits for seats at most, in milliseconds: upstream's is a quarter of what it may take. */
  readonly waitMilliseconds: number;
  /** Does something when all that came at once has been looked at. */
  readonly atTurnsEnd: (action: () => void) => void;
}

/** A request that got no seats. */
export class OverloadError extends Error {
  override readonly name = 'OverloadError';
}

/**
 * Lets requests wait for one another, so that none has to wait long for those of others.
 * Upstream: staging/src/k8s.io/apiserver/pkg/server/filters/priority-and-fairness.go.
 */
export const flowControl =
  (parts: FlowControlParts): Filter =>
  (next) =>
  (request) => {
    // What lasts takes no seats, but for a watch until it has sent what there is.
    if (request.lasts && !isWatch(request)) return next(request);
    const flow = parts.controller.flowOf(request.user, request.info);
    return flow ? controlled(parts, next, request, flow) : next(request);
  };

const isWatch = ({ info }: Request): boolean => info.resourceRequest && info.verb === 'watch';

/** A request that has its seats. */
function serve(held: Held, next: Handler): Promise<Outcome> {
  const { request } = held;
  const release = (): void => giveBack(held);
  if (request.lasts) request.initialized = release;
  try {
    return next(request).then(
      (outcome) => {
        release();
        return outcome;
      },
      (error: unknown) => {
        release();
        throw error;
      },
    );
  } catch (error) {
    release();
    throw error;
  }
}

/** Seats that a request has. */
interface Held {
  readonly parts: FlowControlParts;
  readonly flow: Flow;
  readonly ticket: Ticket;
  readonly request: Request;
}

function controlled(parts: FlowControlParts, next: Handler, request: Request, flow: Flow): Promise<Outcome> {
  request.reply.setHeaders(flow.headers);
  const ticket = takeSeats(parts, request, flow);
  return ticket instanceof Promise
    ? ticket.then((taken) => serve({ parts, flow, ticket: taken, request }, next))
    : serve({ parts, flow, ticket, request }, next);
}

/** Resolves when the request has its seats. Throws TooManyRequests when it gets none. */
function takeSeats(parts: FlowControlParts, request: Request, flow: Flow): Ticket | Promise<Ticket> {
  const { level, schema, distinguisher, hand } = flow;
  const { metrics } = parts;
  const seats = seatsFor(request, level.mostSeats, parts.countObjects);
  let dispatched = (): void => undefined;
  const about = { schema: schema.name, distinguisher };
  // When the step before ended.
  const ticket = level.arrive({ about, hand, seats, dispatched: () => dispatched() }, request.lap);
  if (typeof ticket === 'string') throw reject(metrics, flow, ticket, 0);
  if (ticket.state === 'executing') {
    metrics.dispatched(flow, seats, 0);
    return ticket;
  }
  const waited = (): number => (parts.clock.monotonic() - ticket.arrivedAt) / 1_000;
  return new Promise((resolve, reject_) => {
    const { signal } = request;
    const giveUp = (reason: RejectionReason): void => {
      settle();
      level.finish(ticket, parts.clock.monotonic());
      reject_(reject(metrics, flow, reason, waited()));
    };
    const leaves = (): void => giveUp('cancelled');
    const timer = parts.clock.after(parts.waitMilliseconds, () => giveUp('time-out'));
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', leaves);
    };
    dispatched = () => {
      settle();
      metrics.dispatched(flow, seats, waited());
      resolve(ticket);
    };
    if (signal.aborted) leaves();
    else signal.addEventListener('abort', leaves, { once: true });
  });
}

function reject(metrics: FlowMetrics, flow: Flow, reason: RejectionReason, waitedSeconds: number): StatusError {
  metrics.rejected(flow, reason, waitedSeconds);
  const text = 'Too many requests, please try again later.';
  const { code, reason: why, message, details } = tooManyRequests(text, flow.level.retryAfter.reject());
  return new StatusError(code, why, message, details, { cause: new OverloadError(reason) });
}

/**
 * Many requests are served within one turn of the event loop, one after another, and would never meet. They keep their
 * seats until the turn is over, so that no more are served in one turn than there are seats, and others come between.
 * What comes from within the process is served step by step anyway.
 */
function giveBack({ parts, flow, ticket, request }: Held): void {
  if (ticket.isReturned) return;
  ticket.isReturned = true;
  const now = parts.clock.monotonic();
  parts.metrics.executed(flow, (now - ticket.startedAt) / 1_000);
  if (request.protocol === 'local' || ticket.isExempt) flow.level.finish(ticket, now);
  else parts.atTurnsEnd(() => flow.level.finish(ticket, now));
}
