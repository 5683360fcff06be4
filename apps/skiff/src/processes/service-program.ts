import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Megabytes up to which a service's space for short-lived objects may grow. Most are at rest most of the time, and
 * a large one is only taken, never given back. The API server keeps what Node.js gives it.
 */
const semiSpace = { 'controller-manager': 2, scheduler: 4, kubelet: 2, proxy: 1, dns: 1, traces: 1 } as const;

/** Freed memory goes back to the system rather than into pools. */
const frugalAllocation = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: String(128 << 10) };

/** Where Debian's libjemalloc2 is, by Node.js's name of the architecture. */
const jemallocs: Readonly<Record<string, string>> = {
  x64: '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2',
  arm64: '/usr/lib/aarch64-linux-gnu/libjemalloc.so.2',
};

/**
 * The API server has bursts of large objects and thousands of connections. jemalloc gives back what lies unused
 * between what is used, after two seconds; glibc gives back the end of its heap alone, and the largest pieces.
 */
export function servingAllocation(
  architecture: string = process.arch,
  exists: (file: string) => boolean = existsSync,
): Readonly<Record<string, string>> {
  const jemalloc = jemallocs[architecture];
  if (jemalloc && exists(jemalloc))
    return {
      LD_PRELOAD: jemalloc,
      MALLOC_CONF: 'background_thread:true,dirty_decay_ms:2000,muzzy_decay_ms:0,narenas:2',
    };
  return {
    MALLOC_ARENA_MAX: '2',
    MALLOC_MMAP_THRESHOLD_: String(1 << 20),
    MALLOC_TRIM_THRESHOLD_: String(4 << 20),
  };
}

export type ServiceName = 'api-server' | keyof typeof semiSpace;

/** How a service's bundle is run: with the memory that it needs at rest. */
export function serviceProgram(
  apps: string,
  name: ServiceName,
): { command: readonly [string, ...string[]]; environment: Readonly<Record<string, string>> } {
  const bundle = join(apps, name, 'main.js');
  if (name === 'api-server') return { command: [process.execPath, bundle], environment: servingAllocation() };
  return {
    command: [process.execPath, `--max-semi-space-size=${semiSpace[name]}`, bundle],
    environment: frugalAllocation,
  };
}
