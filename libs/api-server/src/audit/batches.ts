import type { Clock, Timer } from '@skiff/platform';
import { Throttle, type ThrottleOptions } from './throttle';

export interface BatchOptions {
  /** How many events wait at most before others are dropped; upstream's `--audit-*-batch-buffer-size`. */
  readonly bufferSize: number;
  /** How many bytes they take at most, with those that are being sent. */
  readonly bufferBytes: number;
  /** How many events are sent together at most. */
  readonly maxBatchSize: number;
  /** How many bytes they have at most. */
  readonly maxBatchBytes: number;
  /** How long an event waits for others to be sent with, in milliseconds; 0: until the batch before is sent. */
  readonly maxBatchWait: number;
  /** How many batches are sent at the same time. */
  readonly concurrency: number;
  readonly throttle?: ThrottleOptions | undefined;
}

export interface BatchParts {
  readonly clock: Clock;
  /** Sends events, each a JSON text. What it rejects with has been told. */
  readonly deliver: (events: readonly string[]) => Promise<void>;
  /** Is told of events that there was no room for. */
  readonly dropped: (events: number) => void;
}

interface Waiting {
  readonly text: string;
  readonly bytes: number;
}

/** How long whoever stops waits for what is still to be sent, in milliseconds. */
const closeMilliseconds = 5_000;

/**
 * Collects events and sends them together. Nobody waits for that, and what there is no room for is dropped.
 * Upstream: staging/src/k8s.io/apiserver/plugin/pkg/audit/buffered/buffered.go.
 */
export class Batches {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private sendingBytes = 0;
  private sending = 0;
  private timer: Timer | undefined;
  private isDue = false;
  private isClosing = false;
  private idle: () => void = () => undefined;
  private readonly throttle: Throttle | undefined;
  private throttled: Timer | undefined;

  constructor(
    private readonly options: BatchOptions,
    private readonly parts: BatchParts,
  ) {
    this.throttle = options.throttle && new Throttle(options.throttle, parts.clock);
  }

  add(text: string): void {
    const { bufferSize, bufferBytes, maxBatchSize, maxBatchBytes, maxBatchWait } = this.options;
    const bytes = Buffer.byteLength(text);
    const held = this.waitingBytes + this.sendingBytes;
    if (this.waiting.length >= bufferSize || held + bytes > bufferBytes) return this.parts.dropped(1);
    this.waiting.push({ text, bytes });
    this.waitingBytes += bytes;
    if (this.isClosing || maxBatchWait === 0) this.isDue = true;
    else this.timer ??= this.parts.clock.after(maxBatchWait, () => this.due());
    if (this.isDue || this.waiting.length >= maxBatchSize || this.waitingBytes >= maxBatchBytes) this.send();
  }

  /** Sends what is left; resolves when that is done, or takes too long. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.due();
    if (this.isIdle) return;
    await new Promise<void>((resolve) => {
      const limit = this.parts.clock.after(closeMilliseconds, resolve);
      this.idle = () => {
        limit.cancel();
        resolve();
      };
    });
    if (this.waiting.length > 0) this.parts.dropped(this.waiting.splice(0).length);
  }

  private get isIdle(): boolean {
    return this.waiting.length === 0 && this.sending === 0;
  }

  private due(): void {
    this.isDue = true;
    this.send();
  }

  private send(): void {
    while (this.isReady()) {
      const wait = this.isClosing ? 0 : (this.throttle?.take() ?? 0);
      if (wait > 0) {
        this.throttled = this.parts.clock.after(wait, () => {
          this.throttled = undefined;
          this.sendOne();
          this.send();
        });
        return;
      }
      this.sendOne();
    }
  }

  /** Whether there is a batch that may go now. */
  private isReady(): boolean {
    const { maxBatchSize, maxBatchBytes, concurrency } = this.options;
    if (this.waiting.length === 0 || this.sending >= concurrency) return false;
    if (this.throttled && !this.isClosing) return false;
    return this.isDue || this.waiting.length >= maxBatchSize || this.waitingBytes >= maxBatchBytes;
  }

  private sendOne(): void {
    const batch = this.take();
    if (batch.length === 0) return;
    const bytes = batch.reduce((sum, one) => sum + one.bytes, 0);
    this.waitingBytes -= bytes;
    this.sendingBytes += bytes;
    this.sending += 1;
    if (this.waiting.length === 0) {
      this.isDue = false;
      this.timer?.cancel();
      this.timer = undefined;
    }
    const over = (): void => {
      this.sendingBytes -= bytes;
      this.sending -= 1;
      this.send();
      if (this.isIdle) this.idle();
    };
    this.parts.deliver(batch.map(({ text }) => text)).then(over, over);
  }

  private take(): Waiting[] {
    const { maxBatchSize, maxBatchBytes } = this.options;
    let count = 0;
    let bytes = 0;
    for (const one of this.waiting) {
      if (count === maxBatchSize || (count > 0 && bytes + one.bytes > maxBatchBytes)) break;
      count += 1;
      bytes += one.bytes;
    }
    return this.waiting.splice(0, count);
  }
}
