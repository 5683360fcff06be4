import { Interrupted } from '../errors';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs work that cleans up after itself when the user ends the command; a second signal changes nothing. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => controller.abort(new Interrupted('interrupted'));
  for (const name of signals) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}
