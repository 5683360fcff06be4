import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@skiff/platform';
import { eventually } from '@skiff/testing';
import type { ProcessRecord } from './child';
import type { ProcessSpec } from './process-spec';
import { Supervisor } from './supervisor';

const idle = [process.execPath, '-e', 'setInterval(() => undefined, 1000)'] as const;

describe('the supervisor', () => {
  let folder: string;
  let supervisor: Supervisor;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skiff-supervisor-'));
  });
  afterEach(async () => {
    await supervisor.stop();
    rmSync(folder, { recursive: true });
  });

  const start = (specs: readonly ProcessSpec[]): void => {
    supervisor = new Supervisor({
      specs,
      logs: join(folder, 'logs'),
      recordFile: join(folder, 'processes.json'),
      beforeRuntimesEnd: () => Promise.resolve(),
      clock: systemClock,
    });
    supervisor.start();
  };
  const idleSpec = (name: string, rest: Partial<ProcessSpec> = {}): ProcessSpec => ({
    name,
    program: idle[0],
    args: idle.slice(1),
    ...rest,
  });
  const record = (name: string): ProcessRecord | undefined =>
    (JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8')) as ProcessRecord[]).find(
      (each) => each.name === name,
    );

  it('starts a process only once what it starts after listens', async () => {
    const server = createServer((socket) => socket.destroy());
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');

    start([idleSpec('first'), idleSpec('second', { startsAfter: `127.0.0.1:${port}` })]);
    await eventually(() => record('first')?.pid !== undefined);
    expect(record('second')).toEqual({ name: 'second', restarts: 0 });

    server.listen(port, '127.0.0.1');
    await eventually(() => record('second')?.pid !== undefined);
    server.close();
  });

  it('starts a process again that has ended', async () => {
    start([idleSpec('first')]);
    await eventually(() => record('first')?.pid !== undefined);
    process.kill(record('first')?.pid ?? 0, 'SIGKILL');
    await eventually(() => record('first')?.restarts === 1 && record('first')?.pid !== undefined);
    expect(record('first')).toMatchObject({ lastExit: 'SIGKILL' });
  });

  it('keeps a process from running as long as it is held', async () => {
    start([idleSpec('first'), idleSpec('second')]);
    await eventually(() => record('second')?.pid !== undefined);
    const { pid } = record('second') ?? {};
    await supervisor.hold(new Map([['first', 'kill']]));
    await eventually(() => record('first')?.pid === undefined);
    expect(record('first')).toEqual({ name: 'first', restarts: 0, lastExit: 'SIGKILL' });
    await supervisor.hold(new Map());
    await eventually(() => record('first')?.pid !== undefined);
    expect(record('second')?.pid).toBe(pid);
  });

  it('starts what is new, and ends what is no longer wanted: its runtime last, once it was told of', async () => {
    const specs = [idleSpec('containerd-a'), idleSpec('kubelet-a'), idleSpec('api-server')];
    const told: (readonly string[])[] = [];
    supervisor = new Supervisor({
      specs,
      recordFile: join(folder, 'processes.json'),
      beforeRuntimesEnd: (runtimes) => {
        told.push(runtimes);
        expect(record('kubelet-a')?.pid).toBeUndefined();
        expect(record('containerd-a')?.pid).toBeDefined();
        return Promise.resolve();
      },
      clock: systemClock,
    });
    supervisor.start();
    await eventually(() => specs.every(({ name }) => record(name)?.pid !== undefined));
    const { pid } = record('api-server') ?? {};
    await supervisor.update([idleSpec('api-server'), idleSpec('kubelet-b')], new Map());
    await eventually(() => record('kubelet-b')?.pid !== undefined);
    expect(told).toEqual([['containerd-a']]);
    expect(record('containerd-a')).toBeUndefined();
    expect(record('kubelet-a')).toBeUndefined();
    expect(record('api-server')).toEqual({ name: 'api-server', pid, restarts: 0 });
  });

  it('asks a process to end once, however many want it', async () => {
    const ready = join(folder, 'ready');
    const graceful = `process.once('SIGTERM', () => setTimeout(() => process.exit(7), 200));
      require('node:fs').writeFileSync('${ready}', ''); setInterval(() => undefined, 1000)`;
    start([{ name: 'first', program: process.execPath, args: ['-e', graceful] }]);
    await eventually(() => existsSync(ready));
    const held = new Map([['first', 'stop']] as const);
    await Promise.all([supervisor.hold(held), supervisor.hold(held), supervisor.stop()]);
    expect(record('first')).toMatchObject({ lastExit: 'exit code 7' });
  });
});
