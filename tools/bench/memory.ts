import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster } from './support/cluster';
import { memoryOf, type Memory } from './support/memory';
import { print, rounded } from './support/figure';

const restSeconds = Number(process.argv[2] ?? '30');

function printMemory(work: string, { resident, proportional }: Memory): void {
  print({
    section: 'memory',
    work,
    value: rounded(resident),
    unit: 'MiB resident',
    proportionalMiB: rounded(proportional),
  });
}

const sum = (parts: readonly Memory[]): Memory => ({
  resident: parts.reduce((total, part) => total + part.resident, 0),
  proportional: parts.reduce((total, part) => total + part.proportional, 0),
  fromFiles: parts.reduce((total, part) => total + part.fromFiles, 0),
});

/** What the peer's figure is about, too: API server, controller manager, scheduler, the store, one kubelet. */
const counted = /^(api-server|controller-manager|scheduler|etcd|kubelet-.*-1)$/;

async function measureCluster(store: 'embedded' | 'etcd', each: boolean): Promise<void> {
  const cluster = await startCluster({ nodes: 2, store });
  try {
    await sleep(restSeconds * 1000);
    const memory = new Map([...cluster.processes()].map(([name, pid]) => [name, memoryOf(pid)] as const));
    if (each) for (const [name, used] of memory) printMemory(name, used);
    const parts = [...memory].filter(([name]) => counted.test(name)).map(([, used]) => used);
    printMemory(`control plane, store, one kubelet (${store})`, sum(parts));
    printMemory(`everything of a cluster of 2 nodes (${store})`, sum([...memory.values()]));
  } finally {
    await cluster.stop();
  }
}

async function measureBare(): Promise<void> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await sleep(1000);
  printMemory('reference: empty Node.js process', memoryOf(child.pid ?? 0));
  child.kill();
}

async function main(): Promise<void> {
  await measureBare();
  await measureCluster('embedded', true);
  await measureCluster('etcd', false);
}

void main();
