import type { History } from './history';
import type { Tables } from './tables';

/** How many revisions go in one commit, between which others get their turn. */
const compactionStep = 2000;

/** Takes old revisions out of the tables, one compaction after the other. */
export class Compactor {
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly tables: Tables,
    private readonly history: History,
  ) {}

  /** Resolves when nothing of what was overwritten up to a revision is left. */
  compact(revision: bigint): Promise<void> {
    const compacted = this.running.then(() => this.run(revision));
    this.running = compacted.catch(() => undefined);
    return compacted;
  }

  /** Resolves when no compaction runs. */
  idle(): Promise<void> {
    return this.running;
  }

  private async run(revision: bigint): Promise<void> {
    for (let done = revision <= this.history.compacted; !done;) {
      const plan = this.history.plan(revision, compactionStep);
      await this.tables.commit(plan.writes, { compacted: plan.compacted });
      this.history.forget(plan.compacted);
      done = plan.done;
    }
  }
}
