/** Does something again and again, once at a time. */
export interface Repeatable {
  /** Does it, after what is under way: however often this is called meanwhile, once. */
  trigger(): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** @param failed is told what a run fails of; what was triggered meanwhile is given up with it. */
export function repeatable(run: () => Promise<void>, failed: (error: unknown) => void): Repeatable {
  let again = false;
  let running: Promise<void> | undefined;
  const runAll = async (): Promise<void> => {
    while (again) {
      again = false;
      await run();
    }
  };
  return {
    trigger() {
      again = true;
      running ??= runAll()
        .catch(failed)
        .finally(() => (running = undefined));
    },
    idle: async () => running,
  };
}
