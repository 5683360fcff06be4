import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { UserInfo } from '../auth/user';
import type { ActionSubresource, ApiObject, ConnectSubresource, Resource } from '@skiff/apimachinery';

/** Who asks for what, for a resource or a subresource that is an action. */
export interface ActionRequest<B extends ApiObject = ApiObject> {
  readonly user: UserInfo;
  readonly namespace: string;
  readonly name: string;
  /** What was sent, in its canonical form. */
  readonly object: B;
  readonly dryRun: boolean;
  warn(text: string): void;
  /** Whether who asks has gone. */
  readonly departure?: { readonly signal: AbortSignal } | undefined;
}

/** Does what is asked by creating an object that is not stored, and answers with an object: eviction, token, binding. */
export type ActionHandler<B extends ApiObject = ApiObject> = (request: ActionRequest<B>) => Promise<ApiObject>;

/** Who does what an action is asked, by the value that says what the action is. */
export type Actions = ReadonlyMap<Resource | ActionSubresource, ActionHandler>;

/** An entry of the actions; the handler is only ever given objects of the action's own kind. */
export const action = <B extends ApiObject>(
  of: Resource | ActionSubresource<B>,
  handle: ActionHandler<B>,
): readonly [Resource | ActionSubresource, ActionHandler] => [
  of as Resource | ActionSubresource,
  handle as ActionHandler<never> as ActionHandler,
];

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
  /** Whether `create` is needed besides, whatever the method. */
  readonly creates?: boolean;
  /** By which HTTP methods it may be asked for; default: all. */
  readonly methods?: readonly string[];
  handle(request: ConnectRequest): Promise<void>;
}

/** Who serves the connections that a subresource takes over, by the subresource. */
export type Connects = ReadonlyMap<ConnectSubresource, ConnectHandler>;
