import type { CounterSeries, HistogramSeries } from '@skiff/platform';

/** What is counted of the requests of a flow's schema and level. */
export interface FlowSeries {
  readonly dispatched: CounterSeries;
  readonly waited: HistogramSeries;
  readonly waitedInVain: HistogramSeries;
  readonly execution: HistogramSeries;
  readonly seats: HistogramSeries;
}
