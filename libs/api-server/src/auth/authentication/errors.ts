import { StatusError } from '@skiff/apimachinery';

/** What upstream answers whoever does not show who he is; the cause is for the log alone. */
export function unauthorized(cause?: unknown): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized', undefined, { cause });
}
