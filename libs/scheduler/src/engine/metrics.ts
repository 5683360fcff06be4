import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Pool } from './queue-entry';

const seconds = [0.0001, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4, 8, 16];

/** Metrics under upstream's names. */
export class SchedulerMetrics {
  readonly attempts: Counter<'result' | 'profile'>;
  readonly attemptDuration: Histogram<'result' | 'profile'>;
  readonly algorithmDuration: Histogram;
  readonly podScheduling: Histogram<'attempts'>;
  readonly preemptionAttempts: Counter;
  readonly preemptionVictims: Histogram;
  readonly cacheSize: Gauge<'type'>;
  readonly bindBatch: Histogram;

  /** How many pods each pool of the queue holds, of the scheduler that runs now. */
  sizes: () => Readonly<Partial<Record<Pool, number>>> = () => ({});

  constructor(registry: Registry) {
    const registers = [registry];
    const pending = (): [string, number][] => Object.entries(this.sizes());
    this.attempts = new Counter({
      name: 'scheduler_schedule_attempts_total',
      help: 'Attempts to schedule pods, by result.',
      labelNames: ['result', 'profile'],
      registers,
    });
    this.attemptDuration = new Histogram({
      name: 'scheduler_scheduling_attempt_duration_seconds',
      help: 'Time from taking a pod from the queue until it is bound or given back.',
      labelNames: ['result', 'profile'],
      buckets: seconds,
      registers,
    });
    this.algorithmDuration = new Histogram({
      name: 'scheduler_scheduling_algorithm_duration_seconds',
      help: 'Time to decide on a node.',
      buckets: seconds,
      registers,
    });
    this.podScheduling = new Histogram({
      name: 'scheduler_pod_scheduling_sli_duration_seconds',
      help: 'Time from when a pod was first seen until it was bound, by attempts.',
      labelNames: ['attempts'],
      buckets: [...seconds, 32, 64, 128, 256, 512],
      registers,
    });
    this.preemptionAttempts = new Counter({
      name: 'scheduler_preemption_attempts_total',
      help: 'Attempts to make room by removing pods.',
      registers,
    });
    this.preemptionVictims = new Histogram({
      name: 'scheduler_preemption_victims',
      help: 'Pods removed in one preemption.',
      buckets: [1, 2, 4, 8, 16, 32, 64],
      registers,
    });
    this.cacheSize = new Gauge({
      name: 'scheduler_cache_size',
      help: 'Nodes and pods that the scheduler knows of.',
      labelNames: ['type'],
      registers,
    });
    this.bindBatch = new Histogram({
      name: 'scheduler_bind_batch_size',
      help: 'Pods bound in one call.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
      registers,
    });
    new Gauge({
      name: 'scheduler_pending_pods',
      help: 'Pods that wait, by queue.',
      labelNames: ['queue'] as const,
      registers,
      collect() {
        for (const [queue, size] of pending()) this.set({ queue }, size);
      },
    });
  }
}
