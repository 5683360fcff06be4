// Bundles one app into dist/<project>/main.js. usage: bundle.mjs apps/<app>
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');
const project = process.argv[2];

/** Tells esbuild that no module of libs/ does anything when it is loaded, so that only what is used comes along. */
const pureLibraries = {
  name: 'pure-libraries',
  setup({ onResolve, resolve: resolveImport }) {
    const seen = Symbol('resolved by this plugin');
    onResolve({ filter: /^(@skiff\/|\.)/ }, async (args) => {
      if (args.pluginData === seen || !args.importer) return undefined;
      const { importer, resolveDir, kind } = args;
      const result = await resolveImport(args.path, { importer, resolveDir, kind, pluginData: seen });
      if (result.errors.length > 0 || !result.path.startsWith(join(root, 'libs/'))) return result;
      return { path: result.path, sideEffects: false };
    });
  },
};

const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };

/** Compresses the descriptors of proto/, which most servers never show to anybody. */
const compressedDescriptors = {
  name: 'compressed-descriptors',
  setup({ onLoad }) {
    onLoad({ filter: /contracts\/src\/generated\/descriptors\.ts$/ }, ({ path }) => {
      const [, encoded] = /'([\w+/=]{1000,})'/.exec(readFileSync(path, 'utf8'));
      const compressed = brotliCompressSync(Buffer.from(encoded, 'base64'), quality).toString('base64');
      const contents = `import { brotliDecompressSync } from 'node:zlib';
        export const descriptorSet = () => brotliDecompressSync(Buffer.from('${compressed}', 'base64'));`;
      return { contents };
    });
  },
};

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [join(project, 'src/main.ts')],
  outfile: join('dist', project, 'main.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  // ES modules where a package has them: only what is used of those comes along.
  mainFields: ['module', 'main'],
  format: 'cjs',
  tsconfig: 'tsconfig.base.json',
  // Native addons, and packages that read files of their own, stay where npm installed them.
  external: ['lmdb', 'etcd3'],
  plugins: [pureLibraries, compressedDescriptors],
  // Names stay, for stack traces; white space goes, since Node.js keeps the text of a program in memory.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 200,
  sourcemap: 'linked',
  metafile: true,
  logLevel: 'warning',
});
if (process.argv.includes('--analyze')) analyze(metafile);

/** Prints what a bundle is made of, the largest first. */
function analyze({ outputs }) {
  const sizes = new Map();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1];
      const part = dependency ?? path.split('/').slice(0, path.startsWith('libs/contracts/') ? 6 : 3).join('/');
      sizes.set(part, (sizes.get(part) ?? 0) + bytesInOutput);
    }
  }
  const sorted = [...sizes].sort((left, right) => right[1] - left[1]).slice(0, 40);
  for (const [part, size] of sorted) console.log(`${String(Math.round(size / 1024)).padStart(6)} KiB  ${part}`);
}
