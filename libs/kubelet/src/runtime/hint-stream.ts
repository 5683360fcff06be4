import type { RuntimeHint } from './runtime-info';

/** Hints on their way from a runtime in memory to all that follow it. */
export class HintStream {
  private readonly listeners = new Set<(hint: RuntimeHint) => void>();

  tell(hint: RuntimeHint): void {
    for (const listener of this.listeners) listener(hint);
  }

  /** All hints from the first step of the iteration on, until the signal aborts. */
  async *follow(signal: AbortSignal): AsyncIterable<RuntimeHint> {
    const pending: RuntimeHint[] = [];
    let wake: () => void = () => undefined;
    const listener = (hint: RuntimeHint): void => {
      pending.push(hint);
      wake();
    };
    const stop = (): void => wake();
    this.listeners.add(listener);
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted) {
        const next = pending.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.listeners.delete(listener);
      signal.removeEventListener('abort', stop);
    }
  }
}
