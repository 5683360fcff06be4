import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { Span } from '@opentelemetry/api';
import type { StatusError, Table } from '@skiff/apimachinery';
import { anonymousUser, type UserInfo } from '../auth/user';
import type { Departing } from './departure';
import type { Input } from './input';
import type { Outcome } from './outcome';
import type { RequestAudit } from './request-audit';
import type { RequestInfo, ResourceRequestInfo } from './request-info';
import type { Route } from './route';
import { Warnings } from './warnings';

/** How a request came: by HTTP, by gRPC, or from within the process. */
export type Protocol = 'rest' | 'grpc' | 'local';

/** The way back to whoever made a request. */
export interface Reply {
  /**
   * Before anything is done. Throws NotAcceptable when no answer could be sent in a form that the client accepts.
   * @param table what the answer looks like as a table; undefined when it is neither an object that is stored nor a list of some.
   */
  prepare(table: () => Table | undefined): void;
  /** Sends what came of a request; resolves when that is over. May throw before anything was sent. */
  send(outcome: Outcome, request: Request): void | Promise<void>;
  /** Says something beside the answer, which has not begun. Where it came from within the process, nobody hears it. */
  setHeaders(headers: Readonly<Record<string, string>>): void;
  /** Calls back once, with the HTTP code, when the answer begins. */
  whenStarted(listener: (code: number) => void): void;
  /** Tells that a request failed; breaks off what it has begun to answer. */
  fail(failure: StatusError, request: Request): void;
  /** The HTTP code of what was sent. */
  readonly code: number;
  /** How many bytes the answer has; undefined for what is sent in pieces. */
  readonly bytes: number | undefined;
}

export interface RequestOptions {
  readonly protocol: Protocol;
  /** HTTP's, or the one by which REST is asked for the same. */
  readonly method: string;
  /** Of its URL, or gRPC's full name of a method. */
  readonly path: string;
  /** When it came, on the monotonic clock, in milliseconds. */
  readonly received: number;
  readonly info: RequestInfo;
  /** Whether it goes on for as long as its client wants: then it has no deadline, and nobody who stops waits for it. */
  readonly lasts: boolean;
  readonly departure: Departing;
  readonly input: Input;
  readonly reply: Reply;
  /** The message of HTTP that it came in; absent for one from within. */
  readonly message?: IncomingMessage | Http2ServerRequest;
  /** Who makes it, where that is known. */
  readonly user?: UserInfo;
  /** Who acts as the user, where somebody else does. */
  readonly impersonator?: UserInfo | undefined;
  /** What its client calls itself; default: as its message says. */
  readonly userAgent?: string | undefined;
  /** What identifies it, by its client or by the server; asked at most once. */
  readonly newId: () => string;
  /** Reads what it is about, where only its message tells: sets `info`, `input` and `dryRun`. */
  readonly read?: (request: Request) => Promise<void>;
}

/** One request, whichever way it came, with what the filters find out about it on its way. */
export class Request {
  readonly protocol: Protocol;
  readonly method: string;
  readonly path: string;
  readonly received: number;
  readonly lasts: boolean;
  readonly departure: Departing;
  readonly reply: Reply;
  readonly message: IncomingMessage | Http2ServerRequest | undefined;
  readonly read: ((request: Request) => Promise<void>) | undefined;
  readonly warnings = new Warnings();
  info: RequestInfo;
  input: Input;
  /** Nobody, until a filter has found out who it is. */
  user: UserInfo;
  /** Who acts as the user, once a filter has found out that somebody else does. */
  impersonator: UserInfo | undefined;
  /** What is told of it; absent where nothing is. */
  audit: RequestAudit | undefined;
  /** Is called when a watch has sent what there was; absent where nobody waits for that. */
  initialized: (() => void) | undefined;
  /** Whether it is known what it is about. */
  isIdentified = false;
  dryRun = false;
  /** Who answers it, once that is known. */
  route: Route | undefined;
  /** The same as `info`, for a resource that is served: other names must not become labels of metrics. */
  served: ResourceRequestInfo | undefined;
  /** Its span; absent where nothing is traced. */
  span: Span | undefined;
  /** When the last step ended of which somebody measures how long it takes. */
  lap: number;
  /** Its time is up, and it has been answered. */
  isExpired = false;
  private readonly newId: () => string;
  private readonly ownUserAgent: string | undefined;
  private ownId: string | undefined;

  constructor(options: RequestOptions) {
    this.protocol = options.protocol;
    this.method = options.method;
    this.path = options.path;
    this.received = options.received;
    this.lap = options.received;
    this.info = options.info;
    this.lasts = options.lasts;
    this.departure = options.departure;
    this.input = options.input;
    this.reply = options.reply;
    this.message = options.message;
    this.user = options.user ?? anonymousUser;
    this.read = options.read;
    this.newId = options.newId;
    this.ownUserAgent = options.userAgent;
    this.impersonator = options.impersonator;
    this.audit = undefined;
    this.initialized = undefined;
    this.route = undefined;
    this.served = undefined;
    this.span = undefined;
  }

  /** What identifies it among all others. */
  get id(): string {
    return (this.ownId ??= this.newId());
  }

  /** What its client calls itself; may be empty. */
  get userAgent(): string {
    return this.ownUserAgent ?? this.message?.headers['user-agent'] ?? '';
  }

  /** Aborts when whoever made it has gone. */
  get signal(): AbortSignal {
    return this.departure.signal;
  }
}
