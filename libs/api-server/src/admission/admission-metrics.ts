import { SeriesHistogram, type HistogramSeries } from '@skiff/platform';
import type { Registry } from 'prom-client';
import type { AdmissionObserver, PhaseName, StepObserver } from './observer';
import type { Operation } from './request';

/** In seconds. */
const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5];

const stepLabels = ['type', 'operation', 'rejected'] as const;

/** As metrics call the phases. */
const types: Readonly<Record<PhaseName, string>> = { mutate: 'admit', validate: 'validate' };

/**
 * Measures admission under upstream's names: each plugin that handles an operation counts for it, whether or not it has
 * to do with the resource. Upstream: staging/src/k8s.io/apiserver/pkg/admission/metrics/metrics.go.
 */
export class AdmissionMetrics implements AdmissionObserver {
  private readonly controllers: SeriesHistogram<'name' | (typeof stepLabels)[number]>;
  private readonly steps: SeriesHistogram<(typeof stepLabels)[number]>;

  constructor(
    registry: Registry,
    private readonly monotonic: () => number,
  ) {
    this.controllers = new SeriesHistogram({
      name: 'apiserver_admission_controller_admission_duration_seconds',
      help: 'How long each admission plugin took.',
      labelNames: ['name', ...stepLabels],
      buckets,
      registry,
    });
    this.steps = new SeriesHistogram({
      name: 'apiserver_admission_step_admission_duration_seconds',
      help: 'How long all admission plugins together took.',
      labelNames: stepLabels,
      buckets,
      registry,
    });
  }

  now(): number {
    return this.monotonic();
  }

  observe(phase: PhaseName, operation: Operation, name?: string): StepObserver {
    const series = (rejected: boolean): HistogramSeries => {
      const labels = { type: types[phase], operation, rejected: String(rejected) };
      return name === undefined ? this.steps.series(labels) : this.controllers.series({ name, ...labels });
    };
    const [accepted, refused] = [series(false), series(true)];
    return {
      end: (began, rejected) => {
        const now = this.monotonic();
        (rejected ? refused : accepted).observe((now - began) / 1000);
        return now;
      },
      skip: () => accepted.observe(0),
    };
  }
}
