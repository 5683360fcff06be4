import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '@skiff/platform';
import type { PodRuntimeState } from '../pod-model/state';
import type { ContainerService } from '../runtime/container-service';

export interface RotationLimits {
  /** A log that grew beyond this is rotated. Default 10 MiB. */
  readonly maxBytes: number;
  /** Files kept of one container, the current one included. Default 5. */
  readonly maxFiles: number;
}

const defaults: RotationLimits = { maxBytes: 10 * 2 ** 20, maxFiles: 5 };

/** Rotates the logs of running containers that have grown too large. */
export async function rotateLogs(
  context: { readonly runtime: Pick<ContainerService, 'reopenContainerLog'>; readonly clock: Clock },
  pods: Iterable<{ readonly state: PodRuntimeState }>,
  limits: RotationLimits = defaults,
): Promise<void> {
  for (const { state } of pods) {
    for (const container of state.containers) {
      if (container.phase !== 'running' || container.logPath === '') continue;
      const size = (await stat(container.logPath).catch(() => undefined))?.size ?? 0;
      if (size < limits.maxBytes) continue;
      await rotate(container.logPath, context.clock.now(), limits.maxFiles);
      await context.runtime.reopenContainerLog(container.id);
    }
  }
}

/** Moves a log aside under the time, and removes the oldest of those. */
async function rotate(path: string, now: number, maxFiles: number): Promise<void> {
  const stamp = new Date(now).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  await rename(path, `${path}.${stamp}`);
  const old = await rotatedLogs(path);
  // The current file counts, too.
  for (const file of old.slice(0, Math.max(0, old.length - (maxFiles - 1)))) await rm(file, { force: true });
}

/** The files that a log was moved to, oldest first. */
export async function rotatedLogs(path: string): Promise<string[]> {
  const directory = dirname(path);
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .sort()
    .map((name) => join(directory, name));
}
