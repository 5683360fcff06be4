import type { ChildProcess } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import type { ProcessSpec } from './process-spec';

/** What became of a process, as `skiff status` shows it. */
export interface ProcessRecord {
  readonly name: string;
  readonly pid?: number | undefined;
  readonly restarts: number;
  readonly lastExit?: string | undefined;
}

/** A process as the supervisor knows it. */
export interface Child {
  readonly spec: ProcessSpec;
  process?: ChildProcess | undefined;
  startedAt: number;
  waitMilliseconds: number;
  restarts: number;
  lastExit?: string | undefined;
  /** A user wants it not to run. */
  held: boolean;
  /** It ends for good, since its node goes. */
  leaving: boolean;
  /** Resolves when the process that was asked to end has ended. */
  ending?: Promise<void> | undefined;
}

/** How a process that is not to run ends: asked to, or as in a crash. */
export type Ending = 'stop' | 'kill';

/** How long it waits before it is started again, the first time. */
export const firstWaitMilliseconds = 100;

export const childOf = (spec: ProcessSpec): Child => ({
  spec,
  startedAt: 0,
  waitMilliseconds: firstWaitMilliseconds,
  restarts: 0,
  held: false,
  leaving: false,
});

/** Nodes clean up through their runtime, so it ends last. */
export const isRuntime = (spec: Pick<ProcessSpec, 'name'>): boolean =>
  /^containerd(-|$)/.test(spec.name) || spec.name === 'etcd';

/** Writes what became of the processes; whoever reads it sees the old or the new one, never a part. */
export function writeRecords(file: string, children: readonly Child[]): void {
  const records: ProcessRecord[] = children.map((child) => ({
    name: child.spec.name,
    pid: child.process?.pid,
    restarts: child.restarts,
    lastExit: child.lastExit,
  }));
  writeFileSync(`${file}.new`, `${JSON.stringify(records, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
