import type { Logger } from '@skiff/platform';
import { fullScript, removalScript, updateScript } from '../rules/script';
import type { Table } from '../rules/table';
import type { CommandRunner } from './command';

/** How a table was brought up to date. */
export type ApplyResult = 'full' | 'incremental' | 'unchanged';

/**
 * The table in the kernel. It remembers what it applied and sends differences, each as one
 * transaction; at first, and after anything went wrong, it replaces the whole table.
 */
export class AppliedTable {
  private applied: Table | undefined;

  constructor(
    private readonly run: CommandRunner,
    private readonly logger: Logger,
  ) {}

  /** Rejects when the kernel refuses the table itself; the next call replaces it. */
  async apply(table: Table): Promise<ApplyResult> {
    const { applied } = this;
    if (applied !== undefined) {
      try {
        return await this.update(applied, table);
      } catch (error) {
        this.logger.warn('incremental update of nftables failed; replacing the table', { error });
      }
    }
    this.applied = undefined;
    await this.nft(fullScript(table));
    this.applied = table;
    return 'full';
  }

  /** Forgets what it applied when somebody has removed the table. */
  async verify(): Promise<void> {
    const { applied } = this;
    if (applied === undefined) return;
    const tables = await this.run('nft', ['list', 'tables', 'ip']);
    if (!tables.split('\n').includes(`table ip ${applied.name}`)) this.applied = undefined;
  }

  async remove(name: string): Promise<void> {
    this.applied = undefined;
    await this.nft(removalScript(name));
  }

  private async update(from: Table, to: Table): Promise<ApplyResult> {
    const { change, cleanup } = updateScript(from, to);
    if (change !== '') await this.nft(change);
    // Apart, since kernels before 6.2 refuse to delete a chain in the transaction that removes the last reference to it.
    if (cleanup !== '') await this.nft(cleanup);
    this.applied = to;
    return change === '' && cleanup === '' ? 'unchanged' : 'incremental';
  }

  private async nft(script: string): Promise<void> {
    await this.run('nft', ['-f', '-'], script);
  }
}
