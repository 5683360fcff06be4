// Holds docs/reference/rights.md to the rights that services have and to those that they used in the whole-cluster
// tests. usage: rights.mjs [--collect] [--check [--run]]
//   --collect  takes over what the last run of the whole-cluster tests recorded in dist/rights
//   --check    writes nothing; fails when the page is not what would be written, or a right is neither used nor
//              reviewed in rights/reviewed.json
//   --run      with --check: fails as well when a service was refused something in the last run
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');
const outfile = join(root, 'dist/docs/rights.js');
await build({
  entryPoints: [join(root, 'tools/docs/rights/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  external: ['lmdb', 'etcd3', 'prettier'],
  tsconfig: join(root, 'tsconfig.base.json'),
  logLevel: 'error',
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit', cwd: root });
process.exit(status ?? 1);
