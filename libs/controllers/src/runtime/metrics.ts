import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Figures of the controllers' queues and reconciles, under the names of upstream's work queue metrics. */
export class ControllerMetrics {
  private readonly adds: Counter<'name'>;
  private readonly failures: Counter<'name'>;
  private readonly duration: Histogram<'name'>;
  private readonly depths = new Map<string, () => number>();

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['name'] as const;
    this.adds = new Counter({
      name: 'workqueue_adds_total',
      help: 'Keys added to a controller queue',
      labelNames,
      registers,
    });
    this.failures = new Counter({
      name: 'workqueue_retries_total',
      help: 'Reconciles that failed and are retried',
      labelNames,
      registers,
    });
    this.duration = new Histogram({
      name: 'workqueue_work_duration_seconds',
      help: 'Duration of a reconcile',
      labelNames,
      buckets: [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
      registers,
    });
    const { depths } = this;
    new Gauge({
      name: 'workqueue_depth',
      help: 'Keys that wait for a worker',
      labelNames,
      registers,
      collect() {
        for (const [name, depth] of depths) this.set({ name }, depth());
      },
    });
  }

  watchQueue(name: string, depth: () => number): void {
    this.depths.set(name, depth);
  }

  added(name: string): void {
    this.adds.inc({ name });
  }

  reconciled(name: string, milliseconds: number, failed: boolean): void {
    this.duration.observe({ name }, milliseconds / 1000);
    if (failed) this.failures.inc({ name });
  }
}
