import type { EventEmitter } from 'node:events';

/** Whether the client of a request has gone. Its signal is made only for the few requests that wait for something. */
export class Departure {
  private controller: AbortController | undefined;
  private gone: Error | undefined;

  /** `connection` says `close` when the client goes, and when the request is over. */
  constructor(connection: EventEmitter) {
    connection.on('close', () => this.leave(new Error('the client has gone')));
  }

  get left(): boolean {
    return this.gone !== undefined;
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.gone) this.controller.abort(this.gone);
    }
    return this.controller.signal;
  }

  leave(why: Error): void {
    if (this.gone) return;
    this.gone = why;
    this.controller?.abort(why);
  }
}
