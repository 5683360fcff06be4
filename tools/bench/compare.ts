import { resolve } from 'node:path';
import { processorSeconds, startApiServer, type BenchServer } from './support/api-server';
import { seed, worksOf, type Work } from './support/api-works';
import { print, quantile } from './support/figure';
import { wrk } from './support/wrk';

const usage = 'usage: compare CHECKOUT [embedded|etcd] [--rounds N] [--only work,…] [--bare]';
const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};
const rounds = Number(option('rounds', '15'));
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
async function burst({ server }: Side, { load }: Work): Promise<{ processor: number; perSecond: number }> {
  const before = processorSeconds(server.pid);
  const { requests, perSecond } = await wrk({ ...load, seconds: 1 });
  return { processor: ((processorSeconds(server.pid) - before) * 1e6) / Math.max(requests, 1), perSecond };
}

const median = (values: number[]): number =>
  quantile(
    values.sort((a, b) => a - b),
    0.5,
  );

/** Bursts in turn, so that whatever else the machine does meets both alike; who begins changes from round to round. */
async function compare(own: Side, other: Side, index: number): Promise<void> {
  const processors = { own: [] as number[], other: [] as number[] };
  const ratios = { processor: [] as number[], perSecond: [] as number[] };
  const [work, others] = [own.works[index], other.works[index]];
  if (!work || !others || (only.length > 0 && !only.includes(work.name))) return;
  for (let round = -1; round < rounds; round += 1) {
    const turns = round % 2 ? [0, 1] : [1, 0];
    const results: { processor: number; perSecond: number }[] = [];
    for (const turn of turns) results[turn] = await (turn === 0 ? burst(own, work) : burst(other, others));
    const [mine, theirs] = results;
    // The first round warms up.
    if (!mine || !theirs || round < 0) continue;
    processors.own.push(mine.processor);
    processors.other.push(theirs.processor);
    ratios.processor.push(mine.processor / theirs.processor);
    ratios.perSecond.push(mine.perSecond / theirs.perSecond);
  }
  const hundredths = (value: number): number => Math.round(value * 1000) / 1000;
  print({
    section: 'compare',
    work: `${work.name} (${store})`,
    value: hundredths(median(ratios.processor)),
    unit: 'of the processor time of the other',
    requestsRatio: hundredths(median(ratios.perSecond)),
    processorMicroseconds: Math.round(median(processors.own)),
    othersMicroseconds: Math.round(median(processors.other)),
  });
}

async function main(): Promise<void> {
  const [, , checkout = ''] = process.argv;
  if (!checkout || checkout.startsWith('-')) return console.log(usage);
  const own = await side({});
  const bare = process.argv.includes('--bare') ? { environment: {} } : {};
  const other = await side({ apps: resolve(checkout, 'dist/apps'), ...bare });
  try {
    for (const index of own.works.keys()) await compare(own, other, index);
  } finally {
    await own.stop();
    await other.stop();
  }
}

void main();
