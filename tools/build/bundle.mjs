// Bundles one app into dist/<project>, to be run with dist/<project>/main.js. usage: bundle.mjs apps/<app> [--analyze]
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');
const [, , project = ''] = process.argv;

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
      const encoded = /'([\w+/=]{1000,})'/.exec(readFileSync(path, 'utf8'))?.[1];
      if (encoded === undefined) throw new Error(`${path} has no descriptors`);
      const compressed = brotliCompressSync(Buffer.from(encoded, 'base64'), quality).toString('base64');
      const contents = `import { brotliDecompressSync } from 'node:zlib';
        export const descriptorSet = () => brotliDecompressSync(Buffer.from('${compressed}', 'base64'));`;
      return { contents };
    });
  },
};

const folder = join(root, 'dist', project);
rmSync(folder, { recursive: true, force: true });
const inputs = {};
for (const program of ['main', 'supervise']) {
  if (existsSync(join(root, project, `src/${program}.ts`))) inputs[program] = await bundle(program);
}
if (process.argv.includes('--analyze')) for (const parts of Object.values(inputs)) analyze(parts);

/**
 * Writes <program>.js, which runs <program>.service.js from <program>.service.code; without the latter, or where
 * Node.js does not accept it, it runs too. Returns what it is made of.
 */
async function bundle(program) {
  const service = `${program}.service`;
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(project, `src/${program}.ts`)],
    outfile: join(folder, `${service}.js`),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // What Node.js puts around a module itself when it loads it from a file.
    banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
    footer: { js: '})' },
    // ES modules where a package has them: only what is used of those comes along.
    mainFields: ['module', 'main'],
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
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith('.js'))?.[1];
  if (!output) throw new Error(`${project} has no ${program}`);
  const late = output.imports.filter(({ kind }) => kind === 'dynamic-import');
  // Compiled code has nobody to ask for a module: it would fail when it comes to that line, and not before.
  if (late.length > 0) throw new Error(`${project} imports ${late.map(({ path }) => path).join(', ')} dynamically`);
  const packages = output.imports.filter(({ path }) => !isBuiltin(path)).map(({ path }) => `require("${path}")`);
  const launcher = readFileSync(join(import.meta.dirname, 'launcher.cjs'), 'utf8').replaceAll('SERVICE', service);
  const installed = packages.length > 0 ? `// Installed beside it: ${[...new Set(packages)].join(', ')}\n` : '';
  const main = join(folder, `${program}.js`);
  writeFileSync(main, `${launcher}${installed}`);
  // The supervisor has no help to run, and is small.
  if (program === 'main')
    execFileSync(process.execPath, [join(import.meta.dirname, 'compile.cjs'), main, join(folder, `${service}.code`)]);
  return output.inputs;
}

/** Prints what a bundle is made of, the largest first. */
function analyze(parts) {
  const sizes = new Map();
  for (const [path, { bytesInOutput }] of Object.entries(parts)) {
    const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1];
    const part =
      dependency ??
      path
        .split('/')
        .slice(0, path.startsWith('libs/contracts/') ? 6 : 3)
        .join('/');
    sizes.set(part, (sizes.get(part) ?? 0) + bytesInOutput);
  }
  const sorted = [...sizes].sort((left, right) => right[1] - left[1]).slice(0, 40);
  for (const [part, size] of sorted) console.log(`${String(Math.round(size / 1024)).padStart(6)} KiB  ${part}`);
}
