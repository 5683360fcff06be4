import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Span } from '@opentelemetry/api';
import type { StatusError } from '@skiff/platform';
import { sendError } from '../http/answers';
import type { Departure } from './departure';
import type { RequestTarget } from './request-target';

/** A request, and how it can be answered: by a response, or by taking over the connection. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly target: RequestTarget;
  readonly response?: ServerResponse;
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
  readonly departure: Departure;
  readonly span: Span;
  /** Says that this request lasts: nobody who stops waits for it. */
  readonly lasts: () => void;
}

/** Answers with a Status, or breaks off what has begun already. */
export function answerFailure({ response, upgrade }: Exchange, failure: StatusError): void {
  if (response && !response.headersSent) sendError(response, failure);
  else if (response) response.destroy();
  else if (upgrade?.socket.writable) {
    const body = JSON.stringify(failure.toStatus());
    upgrade.socket.end(
      `HTTP/1.1 ${failure.code} ${failure.reason || 'Error'}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
}
