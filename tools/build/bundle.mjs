// Bundles one app into dist/<project>/main.js. usage: bundle.mjs apps/<app>
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');
const project = process.argv[2];
await build({
  absWorkingDir: root,
  entryPoints: [join(project, 'src/main.ts')],
  outfile: join('dist', project, 'main.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  tsconfig: 'tsconfig.base.json',
  // Native addons, and packages that read files of their own, stay where npm installed them.
  external: ['lmdb', 'etcd3', 'grpc-health-check', '@grpc/reflection'],
  minifySyntax: true,
  sourcemap: 'linked',
  logLevel: 'warning',
});
