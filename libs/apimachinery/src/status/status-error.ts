import type { metav1 } from '@skiff/contracts';

/** metav1.StatusReason: the machine-readable cause of a failure. */
export type StatusReason =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable'
  | '';

/** The one error of Skiff: what failed, in the terms of a Kubernetes Status. */
export class StatusError extends Error {
  override readonly name = 'StatusError';

  constructor(
    /** The HTTP code. */
    readonly code: number,
    readonly reason: StatusReason,
    message: string,
    readonly details?: metav1.StatusDetails,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** An error as it is, or an internal error that says what went wrong. */
  static from(error: unknown): StatusError {
    if (error instanceof StatusError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new StatusError(
      500,
      'InternalError',
      `Internal error occurred: ${message}`,
      { causes: [{ message }] },
      { cause: error },
    );
  }

  /** The Status object that REST answers with. */
  toStatus(): metav1.Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

/**
 * Whether a call failed since its peer, or what the peer stands on, does not answer: to be tried
 * again. Errors of other kinds say so by `outage`.
 */
export function isOutage(error: unknown): boolean {
  if (error instanceof StatusError) return error.code === 503 || error.code === 504;
  return error instanceof Error && 'outage' in error && error.outage === true;
}

/** Whether an error is a StatusError with this reason. */
export function hasReason(error: unknown, reason: StatusReason): error is StatusError {
  return error instanceof StatusError && error.reason === reason;
}
