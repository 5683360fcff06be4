import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processorSeconds, startApiServer, type BenchServer } from './support/api-server';
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

const pod = (name: string, index: number): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'load', shard: String(index % 10) } },
  spec: {
    containers: [
      {
        name: 'c',
        image: 'registry.k8s.io/pause:3.9',
        ports: [{ containerPort: 80 }],
        env: [{ name: 'A', value: '1' }],
        resources: { requests: { cpu: '10m', memory: '16Mi' } },
      },
    ],
  },
});

/** A request of wrk's for each pod, with a name that no thread repeats. */
function creationScript(path: string): string {
  const [head = '', tail = ''] = JSON.stringify(pod('NAME', 3)).split('NAME');
  return `
local threads = 0
function setup(thread) thread:set("tid", threads); threads = threads + 1 end
wrk.headers["Content-Type"] = "application/json"
local n = 0
function request()
  n = n + 1
  return wrk.format("POST", "${path}", nil, '${head}p-' .. tid .. '-' .. n .. '${tail}')
end`;
}

async function seed({ call }: BenchServer): Promise<void> {
  for (const name of ['load', 'seed']) {
    await call('POST', '/api/v1/namespaces', { metadata: { name } });
    await call('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
  }
  for (let index = 0; index < 500; index += 1) {
    const { status, body } = await call('POST', '/api/v1/namespaces/seed/pods', pod(`s-${index}`, index));
    if (status !== 201) throw new Error(`seeding failed: ${status} ${body}`);
  }
}

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
  const scripts = mkdtempSync(join(tmpdir(), 'skiff-bench-'));
  try {
    await seed(server);
    const script = join(scripts, 'create.lua');
    writeFileSync(script, creationScript('/api/v1/namespaces/load/pods'));
    const { url, token, pid } = server;
    const pods = `${url}/api/v1/namespaces/seed/pods`;
    const run = (work: string, target: string, extra: Partial<Load> = {}): Promise<void> =>
      measure(`${work} (${store})`, { url: target, token, seconds, ...extra }, pid);
    await run('get-pod', `${pods}/s-7`);
    await run('list-500', `${pods}?limit=500`);
    await run('list-500-cached', `${pods}?resourceVersion=0`);
    await run('list-selector', `${pods}?labelSelector=shard%3D3`);
    await run('create-pod', url, { script });
  } finally {
    rmSync(scripts, { recursive: true });
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
