import { request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface HttpRequest {
  readonly method?: string;
  readonly body?: string;
  readonly timeoutMilliseconds?: number;
}

/** One HTTP request on a connection of its own. */
export function http(url: string, options: HttpRequest = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const headers =
      options.body === undefined
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(options.body) };
    const outgoing = request(
      url,
      { method: options.method ?? 'GET', agent: false, headers, timeout: options.timeoutMilliseconds ?? 5_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${url} does not answer`)));
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

/** Asks a URL again and again, ten times a second, and keeps what went wrong. */
export class SteadyLoad {
  private readonly stopped = new AbortController();
  private readonly running: Promise<void>;
  answered = 0;
  readonly failures: string[] = [];

  constructor(private readonly url: string) {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      try {
        const { status } = await http(this.url);
        if (status === 200) this.answered += 1;
        else this.failures.push(`status ${status}`);
      } catch (error) {
        this.failures.push(String(error));
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
