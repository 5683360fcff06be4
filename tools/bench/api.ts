import { processorSeconds, startApiServer } from './support/api-server';
import { seed, worksOf } from './support/api-works';
import { startReference } from './support/reference';
import { wrk, type Load } from './support/wrk';

const usage = 'usage: api [embedded|etcd …] [--seconds N] [--only work,…] [--profile folder]';
const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};
const seconds = Number(option('seconds', '8'));
const only = option('only', '').split(',').filter(Boolean);
const profile = option('profile', '');

async function measure(work: string, load: Load, pid: number): Promise<void> {
  if (only.length > 0 && !only.includes(work.split(' ')[0] ?? '')) return;
  const before = processorSeconds(pid);
  const { perSecond, p99Milliseconds, requests, failed } = await wrk(load);
  const processor = ((processorSeconds(pid) - before) * 1e6) / Math.max(requests, 1);
  const figures = {
    value: Math.round(perSecond),
    unit: 'requests/s',
    p99Milliseconds,
    processorMicroseconds: Math.round(processor),
  };
  console.log(JSON.stringify({ section: 'api', work, ...figures, ...(failed > 0 ? { failed } : {}) }));
}

async function measureServer(store: 'embedded' | 'etcd'): Promise<void> {
  const nodeFlags = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const server = await startApiServer({ store, nodeFlags });
  await seed(server);
  const { works, remove } = worksOf(server);
  try {
    for (const { name, load } of works) await measure(`${name} (${store})`, { ...load, seconds }, server.pid);
  } finally {
    remove();
    await server.stop();
  }
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(usage);
  const stores = (['embedded', 'etcd'] as const).filter((store) => process.argv.includes(store));
  const reference = await startReference();
  await measure('reference', { url: reference.url, seconds }, process.pid);
  reference.stop();
  for (const store of stores.length > 0 ? stores : (['embedded', 'etcd'] as const)) await measureServer(store);
}

void main();
