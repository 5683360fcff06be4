import type { metav1 } from '@skiff/contracts';
import { StatusError } from './status-error';

/** The resource that an error speaks of: plural name and API group (empty for core). */
export interface GroupResource {
  readonly group?: string | undefined;
  readonly resource: string;
}

/** The kind that an error speaks of, with its API group (empty for core). */
export interface GroupKind {
  readonly group?: string | undefined;
  readonly kind: string;
}

/** What kubectl and client-go retry on, word for word as upstream's registry says it. */
const objectModified = 'the object has been modified; please apply your changes to the latest version and try again';

/** "deployments.apps", or "pods" for the core group. */
export function qualified(name: string, group: string | undefined): string {
  return group === undefined || group === '' ? name : `${name}.${group}`;
}

function detailsOf(
  target: { readonly group?: string | undefined },
  kind: string,
  name: string | undefined,
  more?: metav1.StatusDetails,
): metav1.StatusDetails {
  return {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(target.group === undefined || target.group === '' ? {} : { group: target.group }),
    ...(kind === '' ? {} : { kind }),
    ...more,
  };
}

/** 404 `pods "x" not found`. */
export function notFound(target: GroupResource, name: string): StatusError {
  const message = `${qualified(target.resource, target.group)} ${JSON.stringify(name)} not found`;
  return new StatusError(404, 'NotFound', message, detailsOf(target, target.resource, name));
}

/** 404 for a path that no resource serves. */
export function unknownResource(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409 `pods "x" already exists`. */
export function alreadyExists(target: GroupResource, name: string): StatusError {
  const message = `${qualified(target.resource, target.group)} ${JSON.stringify(name)} already exists`;
  return new StatusError(409, 'AlreadyExists', message, detailsOf(target, target.resource, name));
}

/** 409 `Operation cannot be fulfilled on pods "x": …`; `why` defaults to {@link objectModified}. */
export function conflict(target: GroupResource, name: string, why: string = objectModified): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(target.resource, target.group)} ${JSON.stringify(name)}: ${why}`;
  return new StatusError(409, 'Conflict', message, detailsOf(target, target.resource, name));
}

/** 422 `Pod "x" is invalid: …` with one cause for each wrong field. */
export function invalid(target: GroupKind, name: string, causes: readonly metav1.StatusCause[]): StatusError {
  const lines = [...new Set(causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message}` : cause.message)))];
  const what = lines.length > 1 ? `[${lines.join(', ')}]` : lines[0];
  const message = `${qualified(target.kind, target.group)} ${JSON.stringify(name)} is invalid${what === undefined ? '' : `: ${what}`}`;
  return new StatusError(422, 'Invalid', message, detailsOf(target, target.kind, name, { causes: [...causes] }));
}

/** 403 `pods "x" is forbidden: …`; without a resource `forbidden: …`. */
export function forbidden(target: GroupResource, name: string, why: string): StatusError {
  const resource = qualified(target.resource, target.group);
  const subject = resource === '' ? '' : name === '' ? `${resource} is ` : `${resource} ${JSON.stringify(name)} is `;
  return new StatusError(403, 'Forbidden', `${subject}forbidden: ${why}`, detailsOf(target, target.resource, name));
}

/** 401. */
export function unauthorized(message = 'Unauthorized'): StatusError {
  return new StatusError(401, 'Unauthorized', message);
}

/** 400 with the message as it is. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** 410: the resource is gone for good. */
export function gone(message: string): StatusError {
  return new StatusError(410, 'Gone', message);
}

/** 410: the resource version or continue token is older than what is kept. The caller lists again. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

/** 410 `too old resource version: 5 (9)`, as a watch from the compacted past ends. */
export function tooOldResourceVersion(requested: string | number, oldest: string | number): StatusError {
  return expired(`too old resource version: ${requested} (${oldest})`);
}

/** 429; the caller may try again after `retryAfterSeconds`. */
export function tooManyRequests(
  message: string,
  retryAfterSeconds: number,
  causes?: metav1.StatusCause[],
): StatusError {
  const details = {
    ...(causes === undefined ? {} : { causes }),
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  };
  return new StatusError(429, 'TooManyRequests', message, details);
}

/** 405 `create is not supported on resources of kind "pods"`. */
export function methodNotSupported(target: GroupResource, action: string): StatusError {
  const message = `${action} is not supported on resources of kind "${qualified(target.resource, target.group)}"`;
  return new StatusError(405, 'MethodNotAllowed', message, detailsOf(target, target.resource, undefined));
}

/** 405 for a method that a path does not take. */
export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

/** 415: the body is in no format that the resource takes. */
export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

/** 413 `Request entity too large: limit is 3145728`. */
export function requestEntityTooLarge(why: string): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${why}`);
}

/** 504 `Timeout: …`: the request ran out of its time. */
export function timeout(why: string, retryAfterSeconds = 0): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: ${why}`, retryAfterSeconds > 0 ? { retryAfterSeconds } : {});
}

/** 504: the client asks for a version that is still to come; it may try again in a second. */
export function tooLargeResourceVersion(requested: string | number, current: string | number): StatusError {
  const message = `Timeout: Too large resource version: ${requested}, current: ${current}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new StatusError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}

/** 503: nobody serves this now. */
export function serviceUnavailable(message: string, options?: { cause?: unknown }): StatusError {
  return new StatusError(503, 'ServiceUnavailable', message, undefined, options);
}
