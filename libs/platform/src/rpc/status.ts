import { Metadata, status as codes, type ServiceError } from '@grpc/grpc-js';
import { metav1 } from '@skiff/contracts';
import { StatusError, type StatusReason } from '@skiff/apimachinery';
import { failureTrailers } from './failure-trailers';

/** The binary trailer that carries the Status of a failed call. */
export const statusTrailer = 'skiff-status-bin';

const codeOfHttp: Readonly<Record<number, codes>> = {
  400: codes.INVALID_ARGUMENT,
  401: codes.UNAUTHENTICATED,
  403: codes.PERMISSION_DENIED,
  404: codes.NOT_FOUND,
  405: codes.UNIMPLEMENTED,
  409: codes.ABORTED,
  410: codes.OUT_OF_RANGE,
  413: codes.RESOURCE_EXHAUSTED,
  415: codes.INVALID_ARGUMENT,
  422: codes.INVALID_ARGUMENT,
  429: codes.RESOURCE_EXHAUSTED,
  500: codes.INTERNAL,
  501: codes.UNIMPLEMENTED,
  503: codes.UNAVAILABLE,
  504: codes.DEADLINE_EXCEEDED,
};

/** The gRPC code for a failed call. AlreadyExists shares its HTTP code with Conflict. */
export function grpcCode(error: StatusError): codes {
  return error.reason === 'AlreadyExists' ? codes.ALREADY_EXISTS : (codeOfHttp[error.code] ?? codes.UNKNOWN);
}

/** What a gRPC handler ends a failed call with. */
export function toServiceError(error: unknown): Partial<ServiceError> {
  const failure = StatusError.from(error);
  const metadata = new Metadata();
  const { message, status } = failureTrailers(failure);
  metadata.set(statusTrailer, status);
  return { code: grpcCode(failure), details: message, metadata };
}

/** The StatusError behind a failed call; of a peer that is no API server, the closest one. */
export function fromServiceError(error: ServiceError): StatusError {
  const [bytes] = error.metadata?.get(statusTrailer) ?? [];
  if (Buffer.isBuffer(bytes)) return fromStatus(metav1.Status.decode(bytes), error);
  switch (error.code) {
    case codes.DEADLINE_EXCEEDED:
      return new StatusError(504, 'Timeout', error.details, undefined, { cause: error });
    case codes.UNAUTHENTICATED:
      return new StatusError(401, 'Unauthorized', error.details, undefined, { cause: error });
    case codes.UNAVAILABLE:
      return new StatusError(503, 'ServiceUnavailable', error.details, undefined, { cause: error });
    default:
      return new StatusError(500, 'InternalError', error.details, undefined, { cause: error });
  }
}

/** The code of the Status that a server ended a call with; undefined where it ended without one. */
export function answeredCode(error: ServiceError): number | undefined {
  const [bytes] = error.metadata?.get(statusTrailer) ?? [];
  return Buffer.isBuffer(bytes) ? metav1.Status.decode(bytes).code : undefined;
}

/** A Status that says "Failure", as an error. */
export function fromStatus(status: metav1.Status, cause?: unknown): StatusError {
  return new StatusError(
    status.code ?? 500,
    (status.reason ?? '') as StatusReason,
    status.message ?? '',
    status.details,
    cause === undefined ? undefined : { cause },
  );
}
