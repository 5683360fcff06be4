import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@skiff/platform';
import { UserError } from '../errors';
import { endProcesses, findProcesses, isRunning, markOf } from '../processes/processes';
import type { ProcessRecord } from '../processes/child';
import type { ClusterPaths } from './paths';

/** The supervisor of this cluster, if one runs. */
export function supervisorPid(paths: ClusterPaths): number | undefined {
  if (!existsSync(paths.supervisorPid)) return undefined;
  const pid = Number(readFileSync(paths.supervisorPid, 'utf8'));
  // A process id is used again after a reboot: the command line tells.
  return isRunning(pid) && findProcesses(`supervise ${paths.root}`).some((found) => found.pid === pid)
    ? pid
    : undefined;
}

/** Starts the supervisor as a process of its own that outlives this one. */
export function startSupervisor(paths: ClusterPaths, apps: string): void {
  mkdirSync(paths.logs, { recursive: true });
  // Of a run before.
  rmSync(recordsFile(paths), { force: true });
  const log = openSync(join(paths.logs, 'supervisor.log'), 'a');
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=1', join(apps, 'skiff/supervise.js'), 'supervise', paths.root],
    {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env: { ...process.env, ...markOf(paths.root) },
    },
  );
  closeSync(log);
  // Whoever ends the cluster finds it from now on.
  writeFileSync(paths.supervisorPid, String(child.pid));
  child.unref();
}

/** Has the supervisor look again at what there is to run, and what a user has stopped. */
export function tellSupervisor(paths: ClusterPaths): void {
  const pid = supervisorPid(paths);
  if (pid === undefined) throw new UserError(`${paths.root} is not the folder of a cluster that runs`);
  process.kill(pid, 'SIGHUP');
}

/** Ends the supervisor and with it all processes of the cluster. */
export async function stopSupervisor(paths: ClusterPaths, clock: Clock): Promise<void> {
  const pid = supervisorPid(paths);
  if (pid !== undefined) await endProcesses([pid], 40_000, clock);
}

/** Where the supervisor tells what becomes of each process. */
export const recordsFile = (paths: ClusterPaths): string => join(paths.root, 'processes.json');

export function processRecords(paths: ClusterPaths): ProcessRecord[] {
  const file = recordsFile(paths);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord[]) : [];
}
