export interface EventuallyOptions {
  /** Default: 10 s. */
  readonly timeoutMilliseconds?: number;
  /** Between two looks; 0, the default, is as soon as the event loop has turned. */
  readonly intervalMilliseconds?: number;
}

/**
 * Looks until the assertion holds and resolves with what it returned; a falsy boolean
 * counts as not yet. Rejects with the assertion's own error when time is up.
 */
export async function eventually<T>(look: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { timeoutMilliseconds = 10_000, intervalMilliseconds = 0 } = options;
  const end = performance.now() + timeoutMilliseconds;
  for (;;) {
    try {
      const result = await look();
      if (result !== false) return result;
      throw new Error('the condition does not hold');
    } catch (error) {
      if (performance.now() >= end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMilliseconds));
  }
}
