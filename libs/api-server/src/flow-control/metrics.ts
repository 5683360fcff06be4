import { Gauge, type Registry } from 'prom-client';
import { SeriesCounter, SeriesHistogram } from '@skiff/platform';
import type { FlowController, Flow } from './flow-controller';
import type { FlowSeries } from './flow-series';
import type { PriorityLevel } from './priority-level';

const waitBuckets = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const workBuckets = [1, 2, 4, 10];
const flowLabels = ['priority_level', 'flow_schema'] as const;

/** Why a request was not served. */
export type RejectionReason = 'queue-full' | 'concurrency-limit' | 'time-out' | 'cancelled';

/**
 * Counts what the levels do, under upstream's names.
 * Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/metrics/metrics.go.
 */
export class FlowMetrics {
  private readonly rejections;
  private readonly dispatches;
  private readonly waits;
  private readonly executions;
  private readonly work;

  constructor(registry: Registry, controller: FlowController) {
    const shared = { registry };
    this.rejections = new SeriesCounter({
      name: 'apiserver_flowcontrol_rejected_requests_total',
      help: 'Requests that were rejected by priority and fairness, by why.',
      labelNames: [...flowLabels, 'reason'] as const,
      ...shared,
    });
    this.dispatches = new SeriesCounter({
      name: 'apiserver_flowcontrol_dispatched_requests_total',
      help: 'Requests that were served.',
      labelNames: flowLabels,
      ...shared,
    });
    this.waits = new SeriesHistogram({
      name: 'apiserver_flowcontrol_request_wait_duration_seconds',
      help: 'How long requests waited in a queue.',
      labelNames: [...flowLabels, 'execute'] as const,
      buckets: waitBuckets,
      ...shared,
    });
    this.executions = new SeriesHistogram({
      name: 'apiserver_flowcontrol_request_execution_seconds',
      help: 'How long requests had their seats.',
      labelNames: [...flowLabels, 'type'] as const,
      buckets: waitBuckets,
      ...shared,
    });
    this.work = new SeriesHistogram({
      name: 'apiserver_flowcontrol_work_estimated_seats',
      help: 'How many seats requests took.',
      labelNames: flowLabels,
      buckets: workBuckets,
      ...shared,
    });
    showLevels(registry, controller);
  }

  /** A request gets its seats. */
  dispatched(flow: Flow, seats: number, waitedSeconds: number): void {
    const { dispatched, waited, seats: taken } = this.seriesOf(flow);
    dispatched.inc();
    waited.observe(waitedSeconds);
    taken.observe(seats);
  }

  /** A request is over that had seats. */
  executed(flow: Flow, seconds: number): void {
    this.seriesOf(flow).execution.observe(seconds);
  }

  rejected(flow: Flow, reason: RejectionReason, waitedSeconds: number): void {
    this.rejections.series({ ...labelsOf(flow), reason }).inc();
    this.seriesOf(flow).waitedInVain.observe(waitedSeconds);
  }

  private seriesOf(flow: Flow): FlowSeries {
    if (flow.series) return flow.series;
    const labels = labelsOf(flow);
    flow.series = {
      dispatched: this.dispatches.series(labels),
      waited: this.waits.series({ ...labels, execute: 'true' }),
      waitedInVain: this.waits.series({ ...labels, execute: 'false' }),
      execution: this.executions.series({ ...labels, type: 'regular' }),
      seats: this.work.series(labels),
    };
    return flow.series;
  }
}

const labelsOf = ({ level, schema }: Flow): Record<(typeof flowLabels)[number], string> => ({
  priority_level: level.config.name,
  flow_schema: schema.name,
});

const levelGauges: readonly (readonly [name: string, help: string, value: (level: PriorityLevel) => number])[] = [
  ['current_inqueue_requests', 'Requests that wait.', ({ waiting }) => waiting],
  ['current_inqueue_seats', 'Seats that requests wait for.', ({ waitingSeats }) => waitingSeats],
  ['current_executing_requests', 'Requests that have seats.', ({ executing }) => executing],
  ['current_executing_seats', 'Seats that are taken.', ({ seatsInUse }) => seatsInUse],
  ['nominal_limit_seats', 'Seats of a level by its shares.', ({ seats }) => seats.nominal],
  ['lower_limit_seats', 'Seats of a level that lends all that it may.', ({ seats }) => seats.lower],
  ['upper_limit_seats', 'Seats of a level that borrows all that it may.', ({ seats }) => seats.upper],
  ['current_limit_seats', 'Seats of a level now.', ({ currentSeats }) => currentSeats],
  ['demand_seats_average', 'Seats that a level wanted on average.', ({ demand }) => demand.demand.average],
  ['demand_seats_stdev', 'How much that varied.', ({ demand }) => demand.demand.deviation],
  ['demand_seats_high_watermark', 'Seats that a level wanted at most.', ({ demand }) => demand.demand.most],
  ['demand_seats_smoothed', 'Seats that a level wants, smoothed.', ({ demand }) => demand.smoothed],
  ['target_seats', 'Seats that a level is to have, if there are enough.', ({ target }) => target],
];

/** Looked up when somebody asks, so that it costs nothing until then. */
function showLevels(registry: Registry, controller: FlowController): void {
  for (const [name, help, value] of levelGauges)
    new Gauge({
      name: `apiserver_flowcontrol_${name}`,
      help,
      labelNames: ['priority_level'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [priority_level, level] of controller.levels) this.set({ priority_level }, value(level));
      },
    });
  new Gauge({
    name: 'apiserver_flowcontrol_seat_fair_frac',
    help: 'The part of its target that a level gets whose bounds do not matter.',
    registers: [registry],
    collect() {
      this.set(controller.fairFraction);
    },
  });
}
