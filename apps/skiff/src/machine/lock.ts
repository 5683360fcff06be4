import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Gives a lock up before this process ends, which gives it up too. */
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
 * A child holds the lock until its standard input is closed, which the kernel does when this process ends,
 * however it ends.
 */
function hold(file: string, flags: readonly string[]): Promise<Release | undefined> {
  // Whoever could open the file could hold it.
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return new Promise((resolve, reject) => {
    const holder = spawn('flock', [...flags, file, 'sh', '-c', 'echo locked; exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Out of reach of a terminal's signals.
      detached: true,
    });
    holder.once('error', reject);
    holder.once('exit', (code) => {
      if (code === takenExitCode) resolve(undefined);
      else reject(new Error(`flock ${file} ended with ${code}`));
    });
    holder.stdout.once('data', () => resolve(() => holder.stdin.end()));
    holder.unref();
  });
}
