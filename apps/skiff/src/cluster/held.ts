import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Ending } from '../processes/supervisor';
import type { ClusterPaths } from './paths';

/** The services of a cluster that a user has stopped, and how. */
export function readHeld({ held }: ClusterPaths): Map<string, Ending> {
  if (!existsSync(held)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(held, 'utf8')) as Record<string, Ending>));
}

/** Written so that a reader sees the old or the new one, never a part. */
export function writeHeld({ held }: ClusterPaths, services: ReadonlyMap<string, Ending>): void {
  writeFileSync(`${held}.new`, `${JSON.stringify(Object.fromEntries(services))}\n`);
  renameSync(`${held}.new`, held);
}
