import { serviceUnavailable } from '@skiff/apimachinery';
import type { ApiServer, HandleInProcess } from '@skiff/api-server';

type Server = Pick<ApiServer, 'handle' | 'discover'>;

/** What one test asks of a server that outlives it. */
export class Requests implements Server {
  private readonly over = new AbortController();
  private readonly running = new Set<Promise<unknown>>();

  constructor(private readonly server: Server) {}

  readonly handle: HandleInProcess = (asked) =>
    this.count(() =>
      this.server.handle(asked.verb === 'watch' ? { ...asked, signal: this.atMost(asked.signal) } : asked),
    );

  readonly discover: Server['discover'] = (user) => this.count(() => this.server.discover(user));

  /** Ends the watches, and resolves when every other request has been answered. From now on there are no more. */
  async end(): Promise<void> {
    this.over.abort(serviceUnavailable('the test is over'));
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  private async count<T>(ask: () => Promise<T>): Promise<T> {
    this.over.signal.throwIfAborted();
    const request = ask();
    this.running.add(request);
    try {
      return await request;
    } finally {
      this.running.delete(request);
    }
  }

  private atMost(signal: AbortSignal | undefined): AbortSignal {
    return signal ? AbortSignal.any([signal, this.over.signal]) : this.over.signal;
  }
}
