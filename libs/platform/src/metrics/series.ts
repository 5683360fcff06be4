import { Counter, Histogram, type MetricObjectWithValues, type MetricValueWithName, type Registry } from 'prom-client';

/** One series of a histogram: observing costs an addition. */
export class HistogramSeries {
  /** How many values fell below each bound and above the one before; the last are above all. */
  readonly counts: number[];
  sum = 0;

  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  get count(): number {
    return this.counts.reduce((sum, one) => sum + one, 0);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let index = 0;
    while (index < bounds.length && value > (bounds[index] ?? Infinity)) index += 1;
    counts[index] = (counts[index] ?? 0) + 1;
    this.sum += value;
  }
}

export interface SeriesOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly registry: Registry;
}

type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** What there is of a metric, each set of labels once. */
class SeriesOfLabels<Label extends string, Series> {
  private readonly known = new Map<string, readonly [labels: Labels<Label>, series: Series]>();

  constructor(private readonly make: () => Series) {}

  get(labels: Labels<Label>): Series {
    const key = JSON.stringify(Object.entries(labels).sort());
    const found = this.known.get(key);
    if (found) return found[1];
    const series = this.make();
    this.known.set(key, [labels, series]);
    return series;
  }

  list(): (readonly [labels: Labels<Label>, series: Series])[] {
    return [...this.known.values()];
  }
}

/** One series of a counter. */
export class CounterSeries {
  count = 0;

  inc(): void {
    this.count += 1;
  }
}

/** A counter for what happens often, as SeriesHistogram is a histogram for it. */
export class SeriesCounter<Label extends string> {
  private readonly all = new SeriesOfLabels<Label, CounterSeries>(() => new CounterSeries());

  constructor(options: SeriesOptions<Label>) {
    collectCounts(options, () => this.all.list().filter(([, { count }]) => count > 0));
  }

  /** The series with these labels, which is not shown before something is counted. */
  series(labels: Labels<Label>): CounterSeries {
    return this.all.get(labels);
  }
}

/**
 * A histogram for what happens often: whoever observes finds a series once and keeps it. prom-client's own looks the
 * labels up each time, which costs more than most of what is measured.
 */
export class SeriesHistogram<Label extends string> extends Histogram<Label> {
  private readonly all = new SeriesOfLabels<Label, HistogramSeries>(() => new HistogramSeries(this.bounds));
  /** The same without series: what prom-client says of such a histogram. */
  private readonly shape: Histogram<Label>;
  private readonly bounds: readonly number[];

  /** The upper bounds of buckets rise. */
  constructor({ name, help, labelNames, registry, buckets }: SeriesOptions<Label> & { readonly buckets: number[] }) {
    const shape = { name, help, labelNames: [...labelNames], buckets };
    super({ ...shape, registers: [registry] });
    this.shape = new Histogram({ ...shape, registers: [] });
    this.bounds = buckets;
  }

  /** The series with these labels, which is not shown before something is observed. */
  series(labels: Labels<Label>): HistogramSeries {
    return this.all.get(labels);
  }

  /** Every series that something was observed of, with its labels. */
  list(): readonly (readonly [labels: Labels<Label>, series: HistogramSeries])[] {
    return this.all.list().filter(([, { count }]) => count > 0);
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<Label>>> {
    const { name, ...shape } = await this.shape.get();
    return { ...shape, name, values: this.list().flatMap(([labels, series]) => this.values(name, labels, series)) };
  }

  /** What a registry asks for where there is one. */
  getForPromString(): ReturnType<SeriesHistogram<Label>['get']> {
    return this.get();
  }

  private values(name: string, labels: Labels<Label>, { counts, sum }: HistogramSeries): MetricValueWithName<Label>[] {
    let count = 0;
    const buckets = counts.map((one, index) => {
      count += one;
      const le = this.bounds[index] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}

/** Counts as a histogram does that is kept anyway: of each of its series, how many values there were. */
export function countsOf<Label extends string>(histogram: SeriesHistogram<Label>, options: SeriesOptions<Label>): void {
  collectCounts(options, () => histogram.list());
}

/** A counter whose values are looked up when somebody asks for them. */
function collectCounts<Label extends string>(
  { name, help, labelNames, registry }: SeriesOptions<Label>,
  list: () => readonly (readonly [labels: Labels<Label>, series: { readonly count: number }])[],
): void {
  new Counter<Label>({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, { count }] of list()) this.inc(labels, count);
    },
  });
}
