import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Kind } from '@skiff/contracts';
import type { UserInfo } from '../auth/user';
import type { ApiObject } from '@skiff/apimachinery';

/** Who asks for what, for a subresource that is an action. */
export interface ActionRequest {
  readonly user: UserInfo;
  readonly namespace: string;
  readonly name: string;
  /** What was sent, in its canonical form. */
  readonly object: ApiObject;
  readonly dryRun: boolean;
  warn(text: string): void;
}

/** A subresource that takes one kind by POST and answers with an object: eviction, token, binding. */
export interface ActionHandler {
  readonly kind: Kind<ApiObject>;
  handle(request: ActionRequest): Promise<ApiObject>;
}

/** A request that takes over the connection: exec, attach, port-forward, log, proxy. */
export interface ConnectRequest {
  readonly namespace: string;
  readonly name: string;
  /** As admission has let it through; absent for what is read, as a log is. */
  readonly options: ApiObject | undefined;
  /** As they were sent. */
  readonly sent: ApiObject | undefined;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  /** For a plain request; absent for an upgrade. */
  readonly response?: ServerResponse;
  /** For an upgrade: the connection, and what came after the request's head. */
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
}

/** Serves a connection until it ends. A StatusError thrown before anything was written is answered as such. */
export interface ConnectHandler {
  /** Whether `create` is needed whatever the method. */
  readonly creates?: boolean;
  /** By which HTTP methods it may be asked for; default: all. */
  readonly methods?: readonly string[];
  handle(request: ConnectRequest): Promise<void>;
}
