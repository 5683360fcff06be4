import { Counter, type Registry } from 'prom-client';
import { type CounterSeries, SeriesCounter } from '@skiff/platform';
import { levels, type Level } from './event';

/**
 * Counts what is told of requests, under upstream's names.
 * Upstream: staging/src/k8s.io/apiserver/pkg/audit/metrics.go.
 */
export class AuditMetrics {
  readonly events: CounterSeries;
  private readonly levels: ReadonlyMap<Level, CounterSeries>;
  private readonly errors: Counter<'plugin'>;

  constructor(registry: Registry) {
    const events = new SeriesCounter({
      name: 'apiserver_audit_event_total',
      help: 'Audit events that were made and handed to the backends.',
      labelNames: [],
      registry,
    });
    this.events = events.series({});
    const requests = new SeriesCounter({
      name: 'apiserver_audit_level_total',
      help: 'Requests by how much the audit policy tells of them.',
      labelNames: ['level'],
      registry,
    });
    this.levels = new Map(levels.map((level) => [level, requests.series({ level })]));
    this.errors = new Counter({
      name: 'apiserver_audit_error_total',
      help: 'Audit events that were lost, by the backend that lost them.',
      labelNames: ['plugin'],
      registers: [registry],
    });
  }

  level(level: Level): void {
    this.levels.get(level)?.inc();
  }

  lost(plugin: string, events: number): void {
    this.errors.inc({ plugin }, events);
  }
}
