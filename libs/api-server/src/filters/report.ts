import { PatchError, StatusError } from '@skiff/apimachinery';
import type { Logger } from '@skiff/platform';
import { ImpersonationError } from '../auth/authentication/impersonation';
import type { Filter } from '../request/chain';

/** Whether an error that upstream calls the server's is brought about by what its client sent. */
const isClientsFault = ({ cause }: StatusError): boolean =>
  cause instanceof ImpersonationError || cause instanceof PatchError;

/**
 * Tells whoever made a request what it failed of, and the log what is the server's own fault.
 * What a request fails of is a StatusError from here on outwards.
 */
export const report =
  (logger: Logger): Filter =>
  (next) =>
  async (request) => {
    try {
      return await next(request);
    } catch (error) {
      const failure = StatusError.from(error);
      const { path, reply, departure } = request;
      // Lines of one message are bounded together: what clients bring about must not hide the server's own faults.
      if (isClientsFault(failure)) logger.info('a request made no sense', { path, error });
      // What is not served is the client's fault as well, and who has gone is told nothing.
      else if (failure.code >= 500 && failure.code !== 501 && !departure.left)
        logger.error('a request failed', { path, error });
      // Whoever had no time left has been told.
      if (!request.isExpired) reply.fail(failure, request);
      throw failure;
    }
  };
