// Measures scheduling end to end: node tools/bench/schedule.mjs [embedded|etcd] (see schedule.ts). Prints one JSON object a line.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const outfile = join(root, 'dist/bench/schedule.js');
await build({
  entryPoints: [join(root, 'tools/bench/schedule.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  external: ['lmdb', 'etcd3', 'grpc-health-check', '@grpc/reflection'],
  tsconfig: join(root, 'tsconfig.base.json'),
});
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
