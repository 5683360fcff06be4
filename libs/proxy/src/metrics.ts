import type { Clock } from '@skiff/platform';
import type { SyncResult } from './nftables/proxier';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** As upstream's: 1 ms to 16 s. */
const durationBuckets = Array.from({ length: 15 }, (_, index) => 0.001 * 2 ** index);

/** What the proxy tells of its syncs; names as upstream's where it has them. */
export class ProxyMetrics {
  private readonly syncs: Counter<'result'>;
  private readonly failures: Counter;
  private readonly endpoints: Counter;
  private readonly duration: Histogram;
  private readonly last: Gauge;
  private readonly noLocal: Gauge<'traffic_policy'>;
  hasSynced = false;

  constructor(
    registry: Registry,
    private readonly clock: Clock,
  ) {
    const registers = [registry];
    const help = 'Syncs of the rules, by how much of the table they replaced';
    this.syncs = new Counter({ name: 'kubeproxy_sync_proxy_rules_total', help, labelNames: ['result'], registers });
    this.failures = new Counter({
      name: 'kubeproxy_sync_proxy_rules_nftables_sync_failures_total',
      help: 'Syncs that the kernel refused',
      registers,
    });
    this.endpoints = new Counter({
      name: 'kubeproxy_sync_proxy_rules_endpoint_changes_total',
      help: 'Endpoints that traffic reaches since a sync and did not before',
      registers,
    });
    this.duration = new Histogram({
      name: 'kubeproxy_sync_proxy_rules_duration_seconds',
      help: 'How long syncs of the rules took',
      buckets: durationBuckets,
      registers,
    });
    this.last = new Gauge({
      name: 'kubeproxy_sync_proxy_rules_last_timestamp_seconds',
      help: 'When the rules were last in sync',
      registers,
    });
    this.noLocal = new Gauge({
      name: 'kubeproxy_sync_proxy_rules_no_local_endpoints_total',
      help: 'Ports of Services whose policy is Local and that have endpoints, but none on this node',
      labelNames: ['traffic_policy'],
      registers,
    });
  }

  readonly synced = ({ table, added, ports }: SyncResult, milliseconds: number): void => {
    this.hasSynced = true;
    this.syncs.inc({ result: table });
    this.endpoints.inc(added.length);
    this.duration.observe(milliseconds / 1000);
    this.last.set(this.clock.now() / 1000);
    const lacking = ports.filter((port) => port.localEndpoints.length === 0 && port.clusterEndpoints.length > 0);
    this.noLocal.set({ traffic_policy: 'internal' }, lacking.filter((port) => port.internalPolicy === 'Local').length);
    this.noLocal.set({ traffic_policy: 'external' }, lacking.filter((port) => port.externalPolicy === 'Local').length);
  };

  readonly failed = (): void => this.failures.inc();
}
