import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, mkdirSync, openSync, statSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { removeIfEmpty } from './folders';

/** Gives a lock up and takes its file away, and the folder if nothing else is in it. */
export type Release = () => void;

/** flock(1) ends with this when another process has the lock, and we did not want to wait. */
const takenExitCode = 75;

/** Locks a file; undefined when another process has it. */
export function tryLock(file: string): Promise<Release | undefined> {
  return hold(file, ['--nonblock', '--conflict-exit-code', String(takenExitCode)]);
}

/** Locks a file as soon as nobody else has it. */
export async function lock(file: string): Promise<Release> {
  const release = await hold(file, []);
  if (!release) throw new Error(`${file} cannot be locked`);
  return release;
}

/**
 * The lock is on the open file, which no other child inherits: the kernel gives it up when this process ends, however
 * it ends. Whoever had it before may have taken the file away meanwhile, and the lock on that keeps nobody out.
 */
async function hold(file: string, flags: readonly string[]): Promise<Release | undefined> {
  for (;;) {
    const descriptor = opened(file);
    try {
      const taken = await lockOpened(file, descriptor, flags);
      if (taken && isStill(file, descriptor)) return () => giveUp(file, descriptor);
      closeSync(descriptor);
      if (!taken) return undefined;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }
}

/** Somebody may take the folder away between its making and the opening, but not so many times. */
const mostTries = 100;

function opened(file: string): number {
  for (let tries = 1; ; tries += 1) {
    // Whoever could open the file could hold it.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    try {
      return openSync(file, 'a', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === mostTries) throw error;
    }
  }
}

async function lockOpened(file: string, descriptor: number, flags: readonly string[]): Promise<boolean> {
  // Out of reach of a terminal's signals.
  const locking = spawn('flock', [...flags, '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
    detached: true,
  });
  const [code] = (await once(locking, 'exit')) as [number | null];
  if (code !== 0 && code !== takenExitCode) throw new Error(`flock ${file} ended with ${code}`);
  return code === 0;
}

function isStill(file: string, descriptor: number): boolean {
  const [there, ours] = [statSync(file, { throwIfNoEntry: false }), fstatSync(descriptor)];
  return there?.ino === ours.ino && there.dev === ours.dev;
}

function giveUp(file: string, descriptor: number): void {
  if (isStill(file, descriptor)) unlinkSync(file);
  closeSync(descriptor);
  removeIfEmpty(dirname(file));
}
