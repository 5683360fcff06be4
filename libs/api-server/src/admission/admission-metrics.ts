import { SeriesHistogram, type HistogramSeries } from '@skiff/platform';
import type { Registry } from 'prom-client';
import type { AdmissionObserver, AdmissionPlugin, AdmissionRequest, Operation } from './admission';

/** In seconds. */
const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5];

const stepLabels = ['type', 'operation', 'rejected'] as const;

/** What is asked of a plugin, or of all: to change a write, or to accept it. */
type Step = 'admit' | 'validate';

type Run = NonNullable<AdmissionPlugin['mutate']>;

/** The series of each operation: of what was accepted, and of what was rejected. */
type Durations = Readonly<Record<Operation, readonly [accepted: HistogramSeries, rejected: HistogramSeries]>>;

/**
 * Measures admission under upstream's names.
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/metrics/metrics.go.
 */
export class AdmissionMetrics implements AdmissionObserver {
  private readonly controllers: SeriesHistogram<'name' | (typeof stepLabels)[number]>;
  private readonly steps: Readonly<Record<Step, Durations>>;

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
    const steps = new SeriesHistogram({
      name: 'apiserver_admission_step_admission_duration_seconds',
      help: 'How long all admission plugins together took.',
      labelNames: stepLabels,
      buckets,
      registry,
    });
    const ofStep = (type: Step): Durations =>
      durationsOf((operation, rejected) => steps.series({ type, operation, rejected }));
    this.steps = { admit: ofStep('admit'), validate: ofStep('validate') };
  }

  measure(plugin: AdmissionPlugin): AdmissionPlugin {
    const { name, mutate, validate } = plugin;
    const measured = (type: Step, run: Run): Run => {
      const durations = durationsOf((operation, rejected) =>
        this.controllers.series({ name, type, operation, rejected }),
      );
      return (request) => this.run(durations, request, () => run(request));
    };
    return {
      name,
      ...(mutate ? { mutate: measured('admit', (request) => mutate.call(plugin, request)) } : {}),
      ...(validate ? { validate: measured('validate', (request) => validate.call(plugin, request)) } : {}),
    };
  }

  async step(type: Step, request: AdmissionRequest, run: () => Promise<void>): Promise<void> {
    await this.run(this.steps[type], request, run);
  }

  /** Most plugins have nothing to wait for, and nothing is waited for then. */
  private run(durations: Durations, request: AdmissionRequest, run: () => ReturnType<Run>): ReturnType<Run> {
    const [accepted, rejected] = durations[request.operation];
    const began = this.monotonic();
    const observe = (series: HistogramSeries): void => series.observe((this.monotonic() - began) / 1000);
    const reject = (error: unknown): never => {
      observe(rejected);
      throw error;
    };
    let done: ReturnType<Run>;
    try {
      done = run();
    } catch (error) {
      return reject(error);
    }
    if (done) return done.then(() => observe(accepted), reject);
    return observe(accepted);
  }
}

const operations = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const;

const durationsOf = (series: (operation: Operation, rejected: 'true' | 'false') => HistogramSeries): Durations =>
  Object.fromEntries(
    operations.map((operation) => [operation, [series(operation, 'false'), series(operation, 'true')]]),
  ) as unknown as Durations;
