import { SeriesHistogram, type HistogramSeries } from '@skiff/platform';
import type { Registry } from 'prom-client';
import type { AdmissionObserver, Operation, Phase, PhaseObserver } from './admission';

/** In seconds. */
const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5];

const stepLabels = ['type', 'operation', 'rejected'] as const;

/** As metrics call the phases. */
const types: Readonly<Record<Phase, string>> = { mutate: 'admit', validate: 'validate' };

type Series = (labels: Readonly<Record<(typeof stepLabels)[number], string>>) => HistogramSeries;

/**
 * Measures admission under upstream's names.
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/metrics/metrics.go.
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

  observe(phase: Phase, name?: string): PhaseObserver {
    return name === undefined
      ? this.observer(phase, (labels) => this.steps.series(labels))
      : this.observer(phase, (labels) => this.controllers.series({ name, ...labels }));
  }

  private observer(phase: Phase, series: Series): PhaseObserver {
    const of = (rejected: boolean): Readonly<Record<Operation, HistogramSeries>> => {
      const one = (operation: Operation): HistogramSeries =>
        series({ type: types[phase], operation, rejected: String(rejected) });
      return { CREATE: one('CREATE'), UPDATE: one('UPDATE'), DELETE: one('DELETE'), CONNECT: one('CONNECT') };
    };
    const [accepted, refused] = [of(false), of(true)];
    return {
      end: ({ operation }, began, rejected) => {
        const now = this.monotonic();
        (rejected ? refused : accepted)[operation].observe((now - began) / 1000);
        return now;
      },
    };
  }
}
