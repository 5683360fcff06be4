import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@skiff/platform';
import { childOf, firstWaitMilliseconds, isRuntime, writeRecords, type Child, type Ending } from './child';
import { listens } from './listens';
import type { ProcessSpec } from './process-spec';

export interface SupervisorOptions {
  readonly specs: readonly ProcessSpec[];
  /** Each process writes to <name>.log in this folder; without one, all write where the supervisor writes. */
  readonly logs?: string;
  /** Rewritten whenever a process starts or ends. */
  readonly recordFile: string;
  /** Called with the names of container runtimes, and of the store, that end once all else has ended. */
  readonly beforeRuntimesEnd: (runtimes: readonly string[]) => Promise<void>;
  readonly clock: Clock;
}

/** A process that stayed up this long starts over with the shortest wait. */
const stableMilliseconds = 10_000;
const longestWaitMilliseconds = 10_000;
/** How long a process may take to end before it is killed. */
const stopMilliseconds = 8_000;

/** How long a process waits for what it starts after. */
const longestPrecedenceMilliseconds = 10_000;

/** Keeps the processes of a cluster running, as an init system would. */
export class Supervisor {
  private readonly children: Child[];
  private stopping = false;

  constructor(private readonly options: SupervisorOptions) {
    this.children = options.specs.map(childOf);
  }

  start(): void {
    if (this.options.logs !== undefined) mkdirSync(this.options.logs, { recursive: true });
    this.startAll(this.children);
  }

  private startAll(children: readonly Child[]): void {
    for (const child of children) {
      if (child.spec.startsAfter === undefined) this.launch(child);
      else void this.launchAfter(child, child.spec.startsAfter);
    }
  }

  /** Launches it when something listens at the address; when nothing does for long, all the same. */
  private async launchAfter(child: Child, address: string): Promise<void> {
    const { clock } = this.options;
    const deadline = clock.monotonic() + longestPrecedenceMilliseconds;
    while (!this.stopping && clock.monotonic() < deadline && !(await listens(address))) await clock.sleep(20);
    if (!this.stopping) this.launch(child);
  }

  /** Ends all processes, those started last first, and resolves when none is left. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.endAll(this.children);
  }

  private async endAll(children: readonly Child[]): Promise<void> {
    const runtimes = children.filter(({ spec }) => isRuntime(spec));
    const others = children.filter(({ spec }) => !isRuntime(spec));
    await Promise.all(others.map((child) => this.end(child)));
    if (runtimes.length > 0) await this.options.beforeRuntimesEnd(runtimes.map(({ spec }) => spec.name));
    await Promise.all(runtimes.map((child) => this.end(child)));
  }

  /**
   * Starts processes that are new, and ends those that are no longer named; then holds as `hold` does. The others
   * go on as they are.
   */
  async update(specs: readonly ProcessSpec[], held: ReadonlyMap<string, Ending>): Promise<void> {
    const wanted = new Set(specs.map(({ name }) => name));
    const gone = this.children.filter(({ spec, leaving }) => !wanted.has(spec.name) && !leaving);
    for (const child of gone) child.leaving = true;
    const known = new Set(this.children.map(({ spec }) => spec.name));
    const fresh = specs.filter(({ name }) => !known.has(name)).map(childOf);
    this.children.push(...fresh);
    this.startAll(fresh);
    await Promise.all([this.hold(held), this.endAll(gone)]);
    for (const child of gone) this.children.splice(this.children.indexOf(child), 1);
    if (gone.length > 0) this.record();
  }

  /** Ends the processes that are named, keeps them from starting again, and starts those that no longer are. */
  async hold(names: ReadonlyMap<string, Ending>): Promise<void> {
    const ending = this.children.map((child) => {
      const how = names.get(child.spec.name);
      const wasHeld = child.held;
      child.held = how !== undefined;
      if (how !== undefined) return this.end(child, how);
      if (wasHeld && !child.process) this.launch(child);
      return undefined;
    });
    await Promise.all(ending);
  }

  private launch(child: Child): void {
    if (child.held || child.leaving || child.process) return;
    const { spec } = child;
    const { logs } = this.options;
    const log = logs === undefined ? undefined : openSync(join(logs, `${spec.name}.log`), 'a');
    const process_ = spawn(spec.program, [...spec.args], {
      stdio: ['ignore', log ?? 'inherit', log ?? 'inherit'],
      env: { ...process.env, ...spec.environment },
      cwd: '/',
    });
    if (log !== undefined) closeSync(log);
    child.process = process_;
    child.startedAt = this.options.clock.monotonic();
    process_.on('error', (error) => this.ended(child, error.message));
    process_.on('exit', (code, signal) => this.ended(child, signal ?? `exit code ${code}`));
    this.record();
  }

  private ended(child: Child, how: string): void {
    if (!child.process) return;
    child.process = undefined;
    child.lastExit = how;
    this.record();
    if (this.stopping || child.held || child.leaving) return;
    const lived = this.options.clock.monotonic() - child.startedAt;
    const wait = lived > stableMilliseconds ? firstWaitMilliseconds : child.waitMilliseconds;
    child.waitMilliseconds = Math.min(wait * 2, longestWaitMilliseconds);
    child.restarts += 1;
    this.options.clock.after(wait, () => {
      if (!this.stopping) this.launch(child);
    });
  }

  /** Asks a process once: a service takes a second signal for impatience, and leaves its work as it is. */
  private end(child: Child, how: Ending = 'stop'): Promise<void> {
    const running = child.process;
    if (!running) return Promise.resolve();
    if (how === 'kill') running.kill('SIGKILL');
    child.ending ??= new Promise<void>((resolve) => {
      const kill = this.options.clock.after(stopMilliseconds, () => running.kill('SIGKILL'));
      running.once('exit', () => {
        kill.cancel();
        child.ending = undefined;
        resolve();
      });
      if (how === 'stop') running.kill('SIGTERM');
    });
    return child.ending;
  }

  private record(): void {
    writeRecords(this.options.recordFile, this.children);
  }
}
