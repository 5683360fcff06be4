import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../../..');

/** Bundles tools/bench/<section>.ts, and other programs that it starts, and runs it with this process's arguments. */
export async function runBundled(section, ...others) {
  const outdir = join(root, 'dist/bench');
  await build({
    entryPoints: [section, ...others].map((name) => join(root, 'tools/bench', `${name}.ts`)),
    outbase: join(root, 'tools/bench'),
    outdir,
    bundle: true,
    platform: 'node',
    external: ['lmdb', 'etcd3'],
    tsconfig: join(root, 'tsconfig.base.json'),
  });
  process.exit(
    spawnSync(process.execPath, [join(outdir, `${section}.js`), ...process.argv.slice(2)], { stdio: 'inherit' })
      .status ?? 1,
  );
}
