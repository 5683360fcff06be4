import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { offTracer, silentLogger } from '@skiff/platform';
import { Kinds, type corev1 } from '@skiff/contracts';
import { startTestApi } from '@skiff/test-api';
import { drainEventLoop, FakeClock } from '@skiff/testing';
import { Registry } from 'prom-client';
import { SchedulerMetrics } from '../engine/metrics';
import { Scheduler } from '../engine/scheduler';
import { testNode, testPod } from '../engine/testing';
import { loadPlugins } from './load-plugins';
import { parseSchedulerConfig } from './scheduler-config';

const repository = resolve(__dirname, '../../../..');
const example = join(repository, 'examples/scheduler-plugin');

describe("a user's own plugins", () => {
  const directory = mkdtempSync(join(tmpdir(), 'skiff-plugins-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };

  it('are refused when a module is not one of plugins', () => {
    expect(() => loadPlugins([file('none.js', 'exports.other = 1;')])).toThrow(
      /none\.js: expected a module that exports "plugins"$/,
    );
    expect(() => loadPlugins([file('odd.js', 'exports.plugins = { Odd: 1 };')])).toThrow(
      /odd\.js: plugin "Odd" is not a function$/,
    );
  });

  it('take part in placing pods: the example of the guide', async () => {
    const bundle = join(directory, 'app-limit.js');
    const esbuild = join(repository, 'node_modules/.bin/esbuild');
    const flags = ['--format=cjs', '--platform=node', '--log-level=warning', `--outfile=${bundle}`];
    execFileSync(esbuild, [join(example, 'app-limit.ts'), ...flags]);
    const clock = new FakeClock();
    const api = await startTestApi(clock);
    const { client } = api;
    const scheduler = new Scheduler({
      client,
      clock,
      logger: silentLogger,
      tracer: offTracer,
      metrics: new SchedulerMetrics(new Registry()),
      random: () => 0,
      config: parseSchedulerConfig(readFileSync(join(example, 'scheduler.yaml'), 'utf8')),
      plugins: loadPlugins([bundle]),
    });
    for (const name of ['n1', 'n2']) await client.create(Kinds.Node, testNode(name));
    const make = (name: string): Promise<corev1.Pod> =>
      client.create(Kinds.Pod, testPod(name, { labels: { app: 'web' }, spec: { schedulerName: 'app-limit' } }));
    for (let index = 0; index < 5; index += 1) await make(`p${index}`);
    const stop = new AbortController();
    const running = scheduler.run(stop.signal).catch(() => undefined);
    const places = (): string[] => client.peekAll(Kinds.Pod).map(({ spec }) => spec?.nodeName ?? '');
    const explained = (): (string | undefined)[] =>
      client.peekAll(Kinds.Pod).map(({ metadata }) => scheduler.explain('default', metadata?.name ?? '')?.message);
    for (let turn = 0; turn < 200 && !explained().some((text) => text?.startsWith('0/2')); turn += 1)
      await drainEventLoop();
    expect(places().sort()).toEqual(['', 'n1', 'n1', 'n2', 'n2']);
    expect(explained()).toContainEqual(
      expect.stringMatching(
        /^0\/2 nodes are available: 2 node\(s\) had as many pods of the application as AppLimit allows\./,
      ),
    );
    // A pod of the application goes, and the waiting one has its place.
    const placed = client.peekAll(Kinds.Pod).find(({ spec }) => spec?.nodeName === 'n2');
    await client.delete(
      Kinds.Pod,
      { namespace: 'default', name: placed?.metadata?.name ?? '' },
      { gracePeriodSeconds: 0 },
    );
    await clock.advance(2_000);
    for (let turn = 0; turn < 200 && places().includes(''); turn += 1) await drainEventLoop();
    expect(places().sort()).toEqual(['n1', 'n1', 'n2', 'n2']);
    stop.abort(new Error('the test is over'));
    await running;
    await api.stop();
  });
});
