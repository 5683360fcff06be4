import { Counter, Gauge, type Registry } from 'prom-client';
import type { Availability } from './availability/condition';

/** Upstream: staging/src/k8s.io/kube-aggregator/pkg/controllers/status/metrics/metrics.go. */
export class AvailabilityMetrics {
  private readonly unavailable: Gauge;
  private readonly changes: Counter;
  private readonly reasons = new Map<string, string>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.unavailable = new Gauge({
      name: 'aggregator_unavailable_apiservice',
      help: 'Gauge of APIServices which are marked as unavailable broken down by APIService name.',
      labelNames: ['name'],
      registers,
    });
    this.changes = new Counter({
      name: 'aggregator_unavailable_apiservice_total',
      help: 'Counter of APIServices which are marked as unavailable broken down by APIService name and reason.',
      labelNames: ['name', 'reason'],
      registers,
    });
  }

  set(name: string, { status, reason }: Availability): void {
    const isAvailable = status === 'True';
    this.unavailable.set({ name }, isAvailable ? 0 : 1);
    if (!isAvailable && this.reasons.get(name) !== reason) this.changes.inc({ name, reason });
    this.reasons.set(name, isAvailable ? '' : reason);
  }

  forget(name: string): void {
    this.reasons.delete(name);
    this.unavailable.remove({ name });
  }
}
