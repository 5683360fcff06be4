import type { IncomingMessage } from 'node:http';
import { impersonate as impersonated } from '../auth/authentication/impersonation';
import type { Authorizer } from '../auth/authorization/attributes';
import type { Filter } from '../request/chain';

/** Lets those who may act as somebody else. Throws Forbidden, or ImpersonationError. */
export const impersonate =
  (authorizer: Authorizer): Filter =>
  (next) =>
  (request) => {
    const { message } = request;
    if (message && wantsToImpersonate(message)) {
      const { headers } = message;
      const { user } = request;
      request.user = impersonated(user, (name) => values(message, name), Object.keys(headers), authorizer);
      if (request.user !== user) {
        request.impersonator = user;
        request.audit?.impersonates(request.user);
      }
    }
    return next(request);
  };

function wantsToImpersonate({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  for (const name in headers) if (name.startsWith('impersonate-')) return true;
  return false;
}

function values({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>, name: string): string[] {
  const value = headers[name];
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  // Repeated headers arrive joined; the raw ones tell them apart.
  const found: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === name) found.push(rawHeaders[index + 1] ?? '');
  return found.length ? found : [value];
}
