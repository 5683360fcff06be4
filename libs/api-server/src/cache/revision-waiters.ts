interface Waiter {
  readonly revision: bigint;
  resolve(): void;
  reject(error: Error): void;
}

/** Those who wait until a revision is known. */
export class RevisionWaiters {
  private waiting: Waiter[] = [];

  /** Resolves with `reached` of this revision or a later one; rejects with `fail`. */
  wait(revision: bigint): Promise<void> {
    return new Promise((resolve, reject) => this.waiting.push({ revision, resolve, reject }));
  }

  reached(revision: bigint): void {
    if (this.waiting.length === 0) return;
    const reached = this.waiting.filter((waiter) => waiter.revision <= revision);
    this.waiting = this.waiting.filter((waiter) => waiter.revision > revision);
    for (const waiter of reached) waiter.resolve();
  }

  fail(error: Error): void {
    for (const waiter of this.waiting) waiter.reject(error);
    this.waiting = [];
  }
}
