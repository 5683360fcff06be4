import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventKey, eventRevision } from '@skiff/storage';
import { collect } from '@skiff/storage/suite';
import { build } from 'esbuild';
import { EmbeddedStore, StoreInUseError } from './index';

const rounds = 20;

let folder: string;
let script: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skiff-crash-'));
  script = join(folder, 'storm.js');
  const root = join(__dirname, '../../../..');
  await build({
    entryPoints: [join(__dirname, 'testing/storm.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    external: ['lmdb'],
    tsconfig: join(root, 'tsconfig.base.json'),
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Runs a storm of writes on the store and kills it; what it acknowledged, in order. */
async function killedStorm(directory: string, round: number): Promise<{ key: string; revision: bigint }[]> {
  const modules = join(__dirname, '../../../../node_modules');
  const child = spawn(process.execPath, [script, directory, String(round)], {
    env: { ...process.env, NODE_PATH: modules },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await Promise.race([once(child.stdout, 'data'), closed]);
  if (output === '') throw new Error('the storm wrote nothing');
  await sleep(Math.random() * 100);
  child.kill('SIGKILL');
  await closed;
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return lines.map((line) => {
    const [key = '', revision = ''] = line.split(' ');
    return { key, revision: BigInt(revision) };
  });
}

it(`kill -9 in a storm of writes loses none that was acknowledged, ${rounds} times`, async () => {
  const directory = join(folder, 'store');
  const acknowledged: { key: string; revision: bigint }[] = [];
  for (let round = 0; round < rounds; round++) {
    const writes = await killedStorm(directory, round);
    expect(writes.length).toBeGreaterThan(0);
    acknowledged.push(...writes);
    const store = await EmbeddedStore.open({ directory });
    for (const { key, revision } of writes) {
      const { entry } = await store.get(key);
      if (key.startsWith('/k/')) expect(entry?.revision).toBe(revision);
      else expect(entry?.revision).toBeGreaterThanOrEqual(revision);
    }
    await store.close();
  }
  const store = await EmbeddedStore.open({ directory });
  const events = await collect(store, '', 0n, await store.currentRevision());
  await store.close();
  const revisions = events.map(eventRevision);
  expect(revisions).toEqual(revisions.map((_, index) => BigInt(index + 1)));
  const told = new Map(events.map((event) => [eventRevision(event), eventKey(event)]));
  expect(acknowledged.filter(({ key, revision }) => told.get(revision) !== key)).toEqual([]);
}, 60_000);

it('a store that is open refuses a second one, and is free again when its owner is gone', async () => {
  const directory = join(folder, 'locked');
  const store = await EmbeddedStore.open({ directory });
  await expect(EmbeddedStore.open({ directory })).rejects.toThrow(StoreInUseError);
  await expect(EmbeddedStore.open({ directory })).rejects.toThrow(
    `the embedded store in ${directory} is in use by another process: it admits one API server at a time (use etcd for more)`,
  );
  await store.close();
  const writes = await killedStorm(directory, 0);
  const after = await EmbeddedStore.open({ directory });
  expect(await after.currentRevision()).toBeGreaterThanOrEqual(writes.at(-1)?.revision ?? 1n);
  await after.close();
});
