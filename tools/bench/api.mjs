// Measures the API over REST: node tools/bench/api.mjs [embedded|etcd …]. Prints one JSON object a line.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const outfile = join(root, 'dist/bench/api.js');
await build({
  entryPoints: [join(root, 'tools/bench/api.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  external: ['lmdb', 'etcd3'],
  tsconfig: join(root, 'tsconfig.base.json'),
});
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
