import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import type { ClusterPaths } from '../cluster/paths';
import type { NodeState } from '../cluster/state';
import { CommandError } from '../network/commands';

/**
 * Imports a docker or OCI archive into a node's containerd; returns the names of its images.
 * Throws a CommandError with the runtime's words when it does not take it.
 *
 * @param advanced is told how many more bytes the runtime has taken.
 */
export async function loadImage(
  paths: ClusterPaths,
  node: NodeState,
  archive: string,
  advanced: (bytes: number) => void = () => undefined,
): Promise<string[]> {
  const ctr = ['--address', paths.node(node.name).containerdSocket, '--namespace', 'k8s.io'];
  const child = spawn('ctr', [...ctr, 'images', 'import', '--all-platforms', '-']);
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const source = createReadStream(archive, { highWaterMark: 1 << 20 });
  source.on('data', (chunk) => advanced(chunk.length));
  const [code, stdout, stderr] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
    pipeline(source, child.stdin).catch((error: unknown) => {
      // It has read enough to know, and tells why by how it ends.
      if (!['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }),
  ]);
  if (code !== 0) throw new CommandError('ctr images import', stderr);
  return [...stdout.matchAll(/unpacking (\S+)/g)].map((match) => match[1] ?? '');
}
