import type { EventEmitter } from 'node:events';

/** Whether the client of a request has gone. */
export interface Departing {
  readonly left: boolean;
  /** Aborts when it goes. */
  readonly signal: AbortSignal;
  /** It is as if it had gone. */
  leave(why: string): void;
}

/** That of a client at a connection. Its signal is made only for the few requests that wait for something. */
export class Departure implements Departing {
  private controller: AbortController | undefined;
  private gone: string | undefined;

  /** `connection` says `close` when the client goes, and when the request is over. */
  constructor(connection: EventEmitter) {
    connection.on('close', () => this.leave('the client has gone'));
  }

  get left(): boolean {
    return this.gone !== undefined;
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.gone !== undefined) this.controller.abort(new Error(this.gone));
    }
    return this.controller.signal;
  }

  /** An error is made only for who waits: every request ends, and its stack would be dear. */
  leave(why: string): void {
    if (this.left) return;
    this.gone = why;
    this.controller?.abort(new Error(why));
  }
}

/** That of whoever has a signal for it. */
export const signalDeparture = (signal: AbortSignal): Departing => ({
  get left() {
    return signal.aborted;
  },
  signal,
  leave: () => undefined,
});
