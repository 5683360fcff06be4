import type { Clock } from '@skiff/platform';
import type { SyncResult } from '@skiff/proxy';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What the proxy tells of its syncs; names as upstream's where it has them. */
export class ProxyMetrics {
  private readonly syncs: Counter<'result'>;
  private readonly last: Gauge;
  hasSynced = false;

  constructor(
    registry: Registry,
    private readonly clock: Clock,
  ) {
    const registers = [registry];
    const help = 'Syncs of the rules, by how much of the table they replaced';
    this.syncs = new Counter({ name: 'kubeproxy_sync_proxy_rules_total', help, labelNames: ['result'], registers });
    this.last = new Gauge({
      name: 'kubeproxy_sync_proxy_rules_last_timestamp_seconds',
      help: 'When the rules were last in sync',
      registers,
    });
  }

  readonly synced = ({ table }: SyncResult): void => {
    this.hasSynced = true;
    this.syncs.inc({ result: table });
    this.last.set(this.clock.now() / 1000);
  };
}
