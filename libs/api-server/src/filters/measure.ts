import { StatusError } from '@skiff/apimachinery';
import type { Filter } from '../request/chain';
import type { Outcome } from '../request/outcome';
import type { Request } from '../request/request';
import { requestKind, type RequestMetrics } from './request-metrics';

/** Counts requests, how long they take, and those under way that do not last. */
export const measure =
  (requests: RequestMetrics, monotonic: () => number): Filter =>
  (next) =>
  async (request) => {
    const kind = requestKind(request.method);
    if (!request.lasts) requests.underWay[kind] += 1;
    let code: number | undefined;
    try {
      return await next(request);
    } catch (error) {
      ({ code } = StatusError.from(error));
      throw error;
    } finally {
      if (!request.lasts) requests.underWay[kind] -= 1;
      const { method, served: info, dryRun, reply, received } = request;
      const seconds = (monotonic() - received) / 1000;
      requests.observe({ method, info, code: code ?? reply.code, dryRun, bytes: reply.bytes, seconds });
    }
  };

/** Counts the watches and connections that are open. */
export const measureOpen =
  (requests: RequestMetrics): Filter =>
  (next) => {
    const counted = async (request: Request): Promise<Outcome> => {
      const open = request.served && requests.open(request.method, request.served);
      open?.inc();
      try {
        return await next(request);
      } finally {
        open?.dec();
      }
    };
    return (request) => (request.lasts ? counted(request) : next(request));
  };
