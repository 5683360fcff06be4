import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ending } from '../processes/child';
import type { ClusterPaths } from './paths';

/** The services of a cluster that a user has stopped, and how: a file for each, so that several may be at once. */
export function readHeld({ held }: ClusterPaths): Map<string, Ending> {
  mkdirSync(held, { recursive: true });
  return new Map(readdirSync(held).map((service) => [service, readFileSync(join(held, service), 'utf8') as Ending]));
}

/** Written so that a reader sees it whole or not at all. */
export function hold({ held }: ClusterPaths, service: string, how: Ending): void {
  mkdirSync(held, { recursive: true });
  const unfinished = `${held}-${service}.new`;
  writeFileSync(unfinished, how);
  renameSync(unfinished, join(held, service));
}

/** Lets a service run again; all of them when none is named. */
export function release({ held }: ClusterPaths, service = ''): void {
  rmSync(join(held, service), { recursive: true, force: true });
}
