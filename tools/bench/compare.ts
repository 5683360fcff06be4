import { resolve } from 'node:path';
import { processorSeconds, startApiServer, type BenchServer } from './support/api-server';
import { seed, worksOf, type Work } from './support/api-works';
import { print, quantile } from './support/figure';
import { wrk } from './support/wrk';

const usage = 'usage: compare CHECKOUT [embedded|etcd] [--starts N] [--rounds N] [--only work,…] [--bare]';
const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};
const starts = Number(option('starts', '4'));
const rounds = Number(option('rounds', '4'));
const only = option('only', '').split(',').filter(Boolean);
const store = process.argv.includes('etcd') ? 'etcd' : 'embedded';

interface Side {
  readonly server: BenchServer;
  readonly works: readonly Work[];
  stop(): Promise<void>;
}

async function side(options: { apps?: string; environment?: Record<string, string> }): Promise<Side> {
  const server = await startApiServer({ store, ...options });
  await seed(server);
  const { works, remove } = worksOf(server);
  const stop = (): Promise<void> => {
    remove();
    return server.stop();
  };
  return { server, works, stop };
}

/** Processor time of a server for each request, in microseconds, over a burst. */
async function burst(
  { server }: Side,
  { load }: Work,
  seconds: number,
): Promise<{ processor: number; perSecond: number }> {
  const before = processorSeconds(server.pid);
  const { requests, perSecond } = await wrk({ ...load, seconds });
  return { processor: ((processorSeconds(server.pid) - before) * 1e6) / Math.max(requests, 1), perSecond };
}

const median = (values: number[]): number =>
  quantile(
    values.sort((a, b) => a - b),
    0.5,
  );

interface Samples {
  readonly own: number[];
  readonly other: number[];
  readonly processor: number[];
  readonly perSecond: number[];
}
const samples = new Map<string, Samples>();

/** Bursts in turn, so that whatever else the machine does meets both alike; who begins changes from round to round. */
async function compare(own: Side, other: Side, work: Work, others: Work): Promise<void> {
  const taken = samples.get(work.name) ?? { own: [], other: [], processor: [], perSecond: [] };
  samples.set(work.name, taken);
  for (let round = -1; round < rounds; round += 1) {
    const results: { processor: number; perSecond: number }[] = [];
    // The first round warms up: V8 compiles a busy path again and again for seconds.
    const seconds = round < 0 ? 8 : 1;
    for (const turn of round % 2 ? [0, 1] : [1, 0])
      results[turn] = await (turn === 0 ? burst(own, work, seconds) : burst(other, others, seconds));
    const [mine, theirs] = results;
    if (!mine || !theirs || round < 0) continue;
    taken.own.push(mine.processor);
    taken.other.push(theirs.processor);
    taken.processor.push(mine.processor / theirs.processor);
    taken.perSecond.push(mine.perSecond / theirs.perSecond);
  }
}

/** No two processes of one program are equally fast: each start is another sample. */
async function run(checkout: string, ownFirst: boolean): Promise<void> {
  const bare = process.argv.includes('--bare') ? { environment: {} } : {};
  const options = [{}, { apps: resolve(checkout, 'dist/apps'), ...bare }];
  const sides: Side[] = [];
  for (const index of ownFirst ? [0, 1] : [1, 0]) sides[index] = await side(options[index] ?? {});
  const [own, other] = sides;
  if (!own || !other) return;
  try {
    for (const [index, work] of own.works.entries()) {
      const others = other.works[index];
      if (others && (only.length === 0 || only.includes(work.name))) await compare(own, other, work, others);
    }
  } finally {
    await own.stop();
    await other.stop();
  }
}

function report(): void {
  const thousandths = (value: number): number => Math.round(value * 1000) / 1000;
  for (const [name, { own, other, processor, perSecond }] of samples)
    print({
      section: 'compare',
      work: `${name} (${store})`,
      value: thousandths(median(processor)),
      unit: 'of the processor time of the other',
      requestsRatio: thousandths(median(perSecond)),
      processorMicroseconds: Math.round(median(own)),
      othersMicroseconds: Math.round(median(other)),
    });
}

async function main(): Promise<void> {
  const [, , checkout = ''] = process.argv;
  if (!checkout || checkout.startsWith('-')) return console.log(usage);
  for (let start = 0; start < starts; start += 1) await run(checkout, start % 2 === 0);
  report();
}

void main();
