import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRuntime, type ProcessRecord } from '../processes/child';
import type { ClusterPaths } from './paths';
import { processRecords, supervisorPid } from './supervisor-process';

/** Our services end with this when their configuration is wrong, which waiting does not mend. */
const configurationError = 'exit code 2';
const shownLines = 4;

/** Why a cluster that was just started will never be ready, in words; undefined as long as it may. */
export function hopeless(paths: ClusterPaths): string | undefined {
  if (supervisorPid(paths) === undefined)
    return ['its supervisor has ended', ...lastLines(paths, 'supervisor')].join('\n');
  const failed = processRecords(paths).find(
    (record) => !isRuntime(record) && record.lastExit === configurationError && record.restarts > 0,
  );
  return (
    failed && [`${failed.name} cannot be started as it is configured`, ...lastLines(paths, failed.name)].join('\n')
  );
}

/** What the services that have ended by themselves wrote last, a few lines each. */
export function complaints(paths: ClusterPaths): string[] {
  return processRecords(paths)
    .filter((record) => record.restarts > 0)
    .flatMap((record) => [`${record.name} ${ended(record)}`, ...lastLines(paths, record.name)]);
}

const ended = ({ restarts, lastExit = '' }: ProcessRecord): string =>
  `has ended ${restarts === 1 ? 'once' : `${restarts} times`}, last with ${lastExit}`;

function lastLines(paths: ClusterPaths, service: string): string[] {
  const file = join(paths.logs, `${service}.log`);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.slice(-shownLines).map((line) => `    ${readable(line)}`);
}

/** A line of a service's log, which is JSON, for people; any other line as it is. */
function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: string; msg?: string; err?: { message?: string } };
    return [level, msg, err?.message].filter(Boolean).join(': ') || line;
  } catch {
    // Cut off, as by a crash.
    return line;
  }
}
