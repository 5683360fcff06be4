import { join } from 'node:path';

/**
 * Megabytes up to which a service's space for short-lived objects may grow. Most are at rest most of the time, and
 * a large one is only taken, never given back. The API server keeps what Node.js gives it.
 */
const semiSpace = { 'controller-manager': 2, scheduler: 4, kubelet: 2, proxy: 1, dns: 1, traces: 1 } as const;

/** Freed memory goes back to the system rather than into pools. */
const frugalAllocation = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: String(128 << 10) };

/** Large objects go back, too; what is small and comes again at once is kept at hand. */
const servingAllocation = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(256 << 10),
  MALLOC_TRIM_THRESHOLD_: String(4 << 20),
};

export type ServiceName = 'api-server' | keyof typeof semiSpace;

/** How a service's bundle is run: with the memory that it needs at rest. */
export function serviceProgram(
  apps: string,
  name: ServiceName,
): { command: readonly [string, ...string[]]; environment: Readonly<Record<string, string>> } {
  const bundle = join(apps, name, 'main.js');
  if (name === 'api-server') return { command: [process.execPath, bundle], environment: servingAllocation };
  return {
    command: [process.execPath, `--max-semi-space-size=${semiSpace[name]}`, bundle],
    environment: frugalAllocation,
  };
}
