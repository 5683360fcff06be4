import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { Clock } from '@skiff/platform';

/** A running process and its command line. */
export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

export function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readText(`/proc/${pid}/stat`));
}

/** Processes whose command line mentions this text, such as a cluster's folder. */
export function findProcesses(text: string): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), command: readText(`/proc/${name}/cmdline`).replaceAll('\0', ' ') }))
    .filter(({ command }) => command.includes(text));
}

/** In the environment of every process of a cluster: its folder. */
const marker = 'SKIFF_PROCESS_OF';

/** What a process is started with that belongs to a cluster; what it starts inherits it. */
export const markOf = (root: string): Readonly<Record<string, string>> => ({ [marker]: root });

/** Processes that belong to the cluster of this folder, whoever started them. */
export function processesOf(root: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => readText(`/proc/${name}/environ`).split('\0').includes(`${marker}=${root}`))
    .map(Number);
}

/** Asks processes to end, kills those that have not after `graceMilliseconds`, and resolves when all are gone. */
export async function endProcesses(pids: readonly number[], graceMilliseconds: number, clock: Clock): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGTERM');
  if (await gone(pids, graceMilliseconds, clock)) return;
  for (const pid of pids) signal(pid, 'SIGKILL');
  if (!(await gone(pids, 5_000, clock)))
    throw new Error(`these processes do not end: ${pids.filter(isRunning).join(', ')}`);
}

async function gone(pids: readonly number[], milliseconds: number, clock: Clock): Promise<boolean> {
  const deadline = clock.monotonic() + milliseconds;
  while (pids.some(isRunning)) {
    if (clock.monotonic() > deadline) return false;
    await clock.sleep(20);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process ended between listing and reading.
    return '';
  }
}
