import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import type { DockerEngine } from './engine';

/** Puts the images of an archive on a node. */
export function importInto(engine: DockerEngine, node: string, archive: string): Promise<void> {
  const args = ['exec', '-i', node, 'ctr', '-n', 'k8s.io', 'images', 'import', '--all-platforms', '-'];
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, {
      env: { ...process.env, ...engine.environment },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`ctr import: exit code ${code}`))));
    createReadStream(archive).pipe(child.stdin);
  });
}
