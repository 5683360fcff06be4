import type { Clock } from '@skiff/platform';

export interface ExpiringCacheOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Beyond so many, what was not asked for the longest time is forgotten. */
  readonly maxEntries: number;
  /** Longer keys are not kept, since whoever asks may choose them. In UTF-16 code units; default 10,000. */
  readonly maxKeyLength?: number;
}

interface Entry<V> {
  readonly value: Promise<V>;
  /** Absent while the answer is on its way. */
  expiresAt?: number;
}

/** Answers that are kept for a time. Who asks for one that is on its way gets the same; a failure is not kept. */
export class ExpiringCache<V> {
  private readonly entries = new Map<string, Entry<V>>();

  constructor(private readonly options: ExpiringCacheOptions) {}

  get size(): number {
    return this.entries.size;
  }

  /** `milliseconds` says how long an answer holds; 0 keeps it for nobody who asks later. */
  get(key: string, ask: () => Promise<V>, milliseconds: (value: V) => number): Promise<V> {
    if (key.length > (this.options.maxKeyLength ?? 10_000)) return ask();
    const known = this.entries.get(key);
    this.entries.delete(key);
    if (known && (known.expiresAt === undefined || known.expiresAt > this.options.clock.monotonic())) {
      // Behind all others, which go first.
      this.entries.set(key, known);
      return known.value;
    }
    const entry: Entry<V> = { value: ask() };
    this.entries.set(key, entry);
    this.trim();
    entry.value.then(
      (value) => void (entry.expiresAt = this.options.clock.monotonic() + milliseconds(value)),
      () => this.forget(key, entry),
    );
    return entry.value;
  }

  private forget(key: string, entry: Entry<V>): void {
    if (this.entries.get(key) === entry) this.entries.delete(key);
  }

  private trim(): void {
    const [oldest] = this.entries.keys();
    if (oldest !== undefined && this.entries.size > this.options.maxEntries) this.entries.delete(oldest);
  }
}
