import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Mount points of this process's mount namespace at or below a directory, deepest first. */
export async function mountsBelow(directory: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  const points = table.split('\n').flatMap((line) => {
    const point = line.split(' ')[4];
    return point === undefined ? [] : [unescape(point)];
  });
  return points
    .filter((point) => point === directory || point.startsWith(`${directory}/`))
    .sort((a, b) => b.length - a.length);
}

// Spaces and the like stand as octal escapes in mountinfo.
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Mounts a tmpfs; `sizeBytes` 0 leaves the kernel's default of half the memory. */
export async function mountTmpfs(directory: string, sizeBytes: number): Promise<void> {
  const options = sizeBytes > 0 ? ['-o', `size=${Math.ceil(sizeBytes)}`] : [];
  await run('mount', ['-t', 'tmpfs', ...options, 'tmpfs', directory]);
}

export async function bindMount(source: string, target: string): Promise<void> {
  await run('mount', ['--bind', source, target]);
}

/** Unmounts all at or below a directory, busy ones lazily. */
export async function unmountBelow(directory: string): Promise<void> {
  for (const point of await mountsBelow(directory)) {
    await run('umount', [point]).catch(() => run('umount', ['-l', point]));
  }
}
