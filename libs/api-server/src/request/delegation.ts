import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { UserInfo } from '../auth/user';

/** A request that another server answers, which may be made: who makes it is known. */
export interface DelegatedRequest {
  readonly user: UserInfo;
  /** By which logs name it. */
  readonly auditId: string;
  readonly request: IncomingMessage;
  /** For a plain request; absent for an upgrade. */
  readonly response?: ServerResponse;
  /** For an upgrade: the connection, and what came after the request's head. */
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
}

/** Another server that serves a version of a group. */
export interface Delegate {
  /** Resolves when the request is answered. A StatusError thrown before anything was written is answered as such. */
  handle(request: DelegatedRequest): Promise<void>;
}

/** Which versions of groups other servers serve. */
export interface Delegation {
  /** Whether there is any: asked of every request. */
  readonly delegates: boolean;
  find(group: string, version: string): Delegate | undefined;
}

/** That of a server which answers everything itself. */
export const noDelegation: Delegation = { delegates: false, find: () => undefined };

/** The group and version whose own path a path is, with or without a slash at its end. */
export function groupVersionOfPath(path: string): readonly [group: string, version: string] | undefined {
  const [, root, first = '', second = '', ...more] = path.replace(/\/$/, '').split('/');
  if (root === 'api' && first && !second && more.length === 0) return ['', first];
  if (root === 'apis' && first && second && more.length === 0) return [first, second];
  return undefined;
}
