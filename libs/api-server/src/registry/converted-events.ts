import { StatusError, type ApiObject } from '@skiff/apimachinery';
import type { Awaitable } from '../cache/awaitable';
import { tooOld, type CacheWatcher } from '../cache/cache-watcher';
import type { CacheEvent } from '../cache/event-log';

/** Events that wait for their conversion may take so many bytes of what is stored; beyond, who watches has to begin anew. */
const mostWaitingBytes = 8 << 20;

interface WaitingEvent<T extends ApiObject> {
  readonly event: Awaitable<CacheEvent<T>>;
  readonly revision: bigint;
  readonly bytes: number;
}

/** Hands the events of a cache on in another version: in the order in which they happened, whatever converting takes. */
export class ConvertedEvents<T extends ApiObject> implements CacheWatcher {
  private waiting: WaitingEvent<T>[] = [];
  private waitingBytes = 0;
  private ended = false;

  constructor(
    private readonly watcher: CacheWatcher<T>,
    private readonly convert: (event: CacheEvent) => Awaitable<CacheEvent<T>>,
  ) {}

  /** Everything up to this revision was handed on; undefined when nothing waits. */
  get behind(): bigint | undefined {
    const next = this.waiting[0];
    return next && next.revision - 1n;
  }

  event(event: CacheEvent): void {
    if (this.ended) return;
    const converted = this.convert(event);
    if (this.waiting.length > 0 || converted instanceof Promise) this.wait(event, converted);
    else this.watcher.event(converted);
  }

  end(error?: StatusError): void {
    if (this.ended) return;
    this.close();
    this.watcher.end(error);
  }

  close(): void {
    this.ended = true;
    this.waiting = [];
  }

  private wait({ current, revision }: CacheEvent, event: Awaitable<CacheEvent<T>>): void {
    const bytes = current.protobuf.length;
    // Its failure is told when it is its turn, if that comes.
    if (event instanceof Promise) event.catch(() => undefined);
    this.waiting.push({ event, revision, bytes });
    this.waitingBytes += bytes;
    if (this.waitingBytes > mostWaitingBytes) this.end(tooOld());
    else if (this.waiting.length === 1) void this.handOn();
  }

  private async handOn(): Promise<void> {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      try {
        const event = await next.event;
        if (this.ended) return;
        this.waiting.shift();
        this.waitingBytes -= next.bytes;
        this.watcher.event(event);
      } catch (error) {
        this.end(StatusError.from(error));
      }
    }
  }
}
