// Sends hostile requests to a built API server of its own: npm run fuzz -- [--seconds N] [--seed S]
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');
const outfile = join(root, 'dist/fuzz/main.js');
await build({
  entryPoints: [join(root, 'tools/fuzz/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  external: ['lmdb', 'etcd3'],
  tsconfig: join(root, 'tsconfig.base.json'),
});
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
