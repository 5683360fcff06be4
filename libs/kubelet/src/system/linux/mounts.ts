import { execFile, spawn } from 'node:child_process';
import { chown, readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { Mounter } from '../mounts';

const run = promisify(execFile);

async function mountsBelow(directory: string): Promise<string[]> {
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

async function mountTmpfs(directory: string, sizeBytes: number): Promise<void> {
  const options = sizeBytes > 0 ? ['-o', `size=${Math.ceil(sizeBytes)}`] : [];
  await run('mount', ['-t', 'tmpfs', ...options, 'tmpfs', directory]);
}

async function bindDescriptor(descriptor: number, target: string): Promise<void> {
  // The program gets the descriptor as its own, and must not look its path up in our place.
  const args = ['--no-canonicalize', '--bind', '/proc/self/fd/3', target];
  const mount = spawn('mount', args, { stdio: ['ignore', 'ignore', 'pipe', descriptor] });
  const said = mount.stderr === null ? '' : text(mount.stderr);
  const code = await new Promise<number | null>((resolve, reject) => {
    mount.once('error', reject);
    mount.once('close', resolve);
  });
  if (code !== 0) throw new Error(`mounting on ${target} failed: ${(await said).trim()}`);
}

async function unmountBelow(directory: string): Promise<void> {
  for (const point of await mountsBelow(directory)) {
    await run('umount', [point]).catch(() => run('umount', ['-l', point]));
  }
}

export const linuxMounter: Mounter = { mountsBelow, mountTmpfs, bindDescriptor, unmountBelow, setOwner: chown };
