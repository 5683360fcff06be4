import type { Clock } from '../clock/clock';
import type { Logger } from './logger';

export interface OutageOptions {
  /** As it stands in log lines: "the API server". */
  readonly peer: string;
  /** What else the lines say, such as its address. */
  readonly fields?: Record<string, unknown>;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
}

/** A peer's absence: told of once when it begins, and once when it is over. */
export class Outage {
  private began: number | undefined;
  private readonly handlers = new Set<() => void>();

  constructor(private readonly options: OutageOptions) {}

  /** When it began, on the monotonic clock; undefined while the peer answers. */
  get since(): number | undefined {
    return this.began;
  }

  /** A call failed in a way that shows that the peer cannot be reached, or what `words` say of it. */
  failed(error: unknown, words = 'does not answer'): void {
    if (this.began !== undefined) return;
    const { peer, fields, clock, logger } = this.options;
    this.began = clock.monotonic();
    const reason = error instanceof Error ? error.message : String(error);
    logger?.warn(`${peer} ${words}`, { ...fields, reason });
  }

  /** A call was answered. */
  succeeded(): void {
    if (this.began === undefined) return;
    const { peer, fields, clock, logger } = this.options;
    const afterSeconds = Math.round((clock.monotonic() - this.began) / 100) / 10;
    this.began = undefined;
    logger?.info(`${peer} answers again`, { ...fields, afterSeconds });
    for (const handler of this.handlers) handler();
  }

  /** Calls the handler whenever an outage is over; returns how to stop that. */
  onOver(handler: () => void): () => void {
    this.handlers.add(handler);
    return () => this.handlers.delete(handler);
  }
}
