/**
 * Starts following something, until the signal aborts. Resolves when `follow` says that it has brought the first state;
 * rejects with the signal's reason when it aborts before.
 */
export function startFollowing(
  follow: (signal: AbortSignal, arrived: () => void) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    void follow(signal, resolve);
  });
}
