import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchServer } from './api-server';
import type { Load } from './wrk';

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

/** How many pods there are before anything is measured. */
const seeded = 500;

/** A request of wrk's for each pod, with a name that no thread repeats, and no other run that begins in another second. */
function creationScript(path: string): string {
  const [head = '', tail = ''] = JSON.stringify(pod('NAME', 3)).split('NAME');
  return `
local threads = 0
function setup(thread) thread:set("tid", threads); threads = threads + 1 end
wrk.headers["Content-Type"] = "application/json"
local n = 0
local began = os.time()
function request()
  n = n + 1
  return wrk.format("POST", "${path}", nil, '${head}p-' .. began .. '-' .. tid .. '-' .. n .. '${tail}')
end`;
}

/** Applies one of the seeded pods, each time with another label: what else it has is shared with who created it. */
function applyScript(path: string): string {
  const applied = JSON.stringify({ ...pod('NAME', 3), metadata: { name: 'NAME', labels: { tick: 'TICK' } } });
  const [head = '', middle = '', tail = ''] = applied.split(/NAME|TICK/);
  return `
wrk.headers["Content-Type"] = "application/apply-patch+yaml"
local n = 0
function request()
  n = n + 1
  local name = 's-' .. (n % ${seeded})
  local target = '${path}/' .. name .. '?fieldManager=bench&force=true'
  return wrk.format("PATCH", target, nil, '${head}' .. name .. '${middle}' .. n .. '${tail}')
end`;
}

export async function seed({ call }: BenchServer): Promise<void> {
  for (const name of ['load', 'seed']) {
    await call('POST', '/api/v1/namespaces', { metadata: { name } });
    await call('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
  }
  for (let index = 0; index < seeded; index += 1) {
    const { status, body } = await call('POST', '/api/v1/namespaces/seed/pods', pod(`s-${index}`, index));
    if (status !== 201) throw new Error(`seeding failed: ${status} ${body}`);
  }
}

/** What one API server is asked to do again and again. */
export interface Work {
  readonly name: string;
  readonly load: Pick<Load, 'url' | 'token' | 'script'>;
}

/** The works of a server that is seeded, with the folder of their scripts. */
export function worksOf({ url, token }: BenchServer): { works: readonly Work[]; remove(): void } {
  const scripts = mkdtempSync(join(tmpdir(), 'skiff-bench-'));
  const script = join(scripts, 'create.lua');
  writeFileSync(script, creationScript('/api/v1/namespaces/load/pods'));
  const applying = join(scripts, 'apply.lua');
  writeFileSync(applying, applyScript('/api/v1/namespaces/seed/pods'));
  const pods = `${url}/api/v1/namespaces/seed/pods`;
  const work = (name: string, target: string, more: Partial<Load> = {}): Work => ({
    name,
    load: { url: target, token, ...more },
  });
  return {
    works: [
      work('get-pod', `${pods}/s-7`),
      work('list-500', `${pods}?limit=500`),
      work('list-500-cached', `${pods}?resourceVersion=0`),
      work('list-selector', `${pods}?labelSelector=shard%3D3`),
      work('create-pod', url, { script }),
      work('apply-pod', url, { script: applying }),
    ],
    remove: () => rmSync(scripts, { recursive: true }),
  };
}
