/**
 * What `open` gives, until its signal aborts or somebody calls the function that it puts into `interrupts`; then it
 * ends, with the error that was given.
 */
export async function* interruptible<T>(
  interrupts: Set<(error?: Error) => void>,
  signal: AbortSignal | undefined,
  open: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const stop = new AbortController();
  let failure: Error | undefined;
  const interrupt = (error?: Error): void => {
    failure = error;
    stop.abort(new Error('interrupted'));
  };
  interrupts.add(interrupt);
  try {
    yield* open(signal ? AbortSignal.any([signal, stop.signal]) : stop.signal);
  } finally {
    interrupts.delete(interrupt);
  }
  if (failure) throw failure;
}
