import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../../..');

/** Bundles tools/bench/<section>.ts and runs it as this process, with this process's arguments. */
export async function runBundled(section) {
  const outfile = join(root, 'dist/bench', `${section}.js`);
  await build({
    entryPoints: [join(root, 'tools/bench', `${section}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    external: ['lmdb', 'etcd3'],
    tsconfig: join(root, 'tsconfig.base.json'),
  });
  process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
}
