import { methodNotAllowed } from '@skiff/apimachinery';
import type { Random } from '@skiff/platform';
import type { Outcome } from '../../request/outcome';
import type { Handler } from '../../request/chain';
import { GivenInput, HeldReply } from '../../request/given-input';
import { Request } from '../../request/request';
import { newRequestId } from '../../request/request-id';
import type { RequestInfo } from '../../request/request-info';
import type { Asked } from './decode';

/** The way of a request that a call brings. */
export interface RequestsOfCall {
  readonly handle: Handler;
  /** In milliseconds. */
  readonly monotonic: () => number;
  readonly random: Random;
}

const methods: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE' };

/** One of the things that a call asks for. */
export type AskedOfCall = Omit<Asked, 'info'> & { readonly info: RequestInfo };

/** Does it for the user of the call. */
export function ask(
  { handle, monotonic, random }: RequestsOfCall,
  call: Request,
  { info, given, dryRun }: AskedOfCall,
): Promise<Outcome> {
  const { protocol, path, departure, user, impersonator, message } = call;
  const request = new Request({
    protocol,
    method: methods[info.verb] ?? 'GET',
    path,
    received: monotonic(),
    info,
    lasts: false,
    departure,
    user,
    impersonator,
    ...(message ? { message } : {}),
    // A call may bring many requests, which would all be called the same.
    newId: () => newRequestId(random),
    input: new GivenInput(given),
    reply: new HeldReply(),
  });
  request.dryRun = dryRun;
  return handle(request);
}

/** The error for what a call has no answer for: only calls of their own connect to containers and services. */
export const unanswerable = ({ type }: Outcome): Error =>
  type === 'connection' ? methodNotAllowed() : new TypeError(`nothing here answers with ${type}`);

export const userAgentOf = ({ message }: Request): string => message?.headers['user-agent'] ?? '';
