// Generates libs/contracts/src/generated from proto/. Run by `npm run generate`;
// with --check it fails when the committed files are not what it would write.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { loadDescriptors } from './descriptors.mjs';
import { renderKinds } from './kinds.mjs';
import { reshape } from './reshape.mjs';
import { renderSchema } from './schema.mjs';

const root = resolve(import.meta.dirname, '../..');
const target = join(root, 'libs/contracts/src/generated');
const bin = (name) => join(root, 'node_modules/.bin', name);
const buf = (...args) => execFileSync(bin('buf'), args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });

const common = ['esModuleInterop=true', 'outputJsonMethods=false', 'exportCommonSymbols=false'];
const trees = [
  {
    prefixes: ['k8s.io/'],
    paths: ['proto/k8s.io'],
    options: [
      'forceLong=number',
      'useOptionals=all',
      'noDefaultsForOptionals=true',
      'snakeToCamel=false',
      'useJsonName=true',
      'outputPartialMethods=false',
      'outputServices=false',
    ],
  },
  {
    prefixes: ['skiff/', 'google/'],
    paths: [
      'proto/skiff/api',
      'proto/skiff/node',
      'proto/skiff/scheduler',
      'proto/skiff/storage',
      'proto/skiff/traces',
    ].filter((p) => existsSync(join(root, p))),
    options: [
      'forceLong=number',
      'useOptionals=all',
      'env=node',
      'outputPartialMethods=false',
      'outputServices=grpc-js',
    ],
  },
  {
    prefixes: ['runtime/'],
    paths: ['proto/runtime'],
    // Times are nanoseconds since the epoch, which a number does not hold.
    options: [
      'forceLong=bigint',
      'useOptionals=none',
      'env=node',
      'outputPartialMethods=true',
      'outputServices=grpc-js',
    ],
  },
  {
    prefixes: ['grpc/', 'opentelemetry/'],
    paths: ['proto/grpc', 'proto/opentelemetry'],
    options: [
      'forceLong=bigint',
      'useOptionals=all',
      'env=node',
      'outputPartialMethods=false',
      'outputServices=grpc-js',
    ],
  },
];

const scratch = mkdtempSync(join(tmpdir(), 'skiff-generate-'));
try {
  const image = join(scratch, 'image.binpb');
  buf('build', '--as-file-descriptor-set', '-o', image);
  const out = join(scratch, 'out');
  const registry = loadDescriptors(readFileSync(image));
  const files = new Map();
  for (const tree of trees) for (const [name, text] of generateTree(tree, out)) files.set(name, heldToLength(text));
  for (const [name, text] of files) {
    if (name.startsWith('k8s.io/')) files.set(name, reshape(text, name, registry));
    else if (name === 'skiff/api/v1/object.ts') files.set(name, unshadowObject(text));
  }
  files.set('kinds.ts', renderKinds(registry));
  files.set('schema.ts', renderSchema(registry));
  files.set('descriptors.ts', renderDescriptors(readFileSync(image)));
  if (process.argv.includes('--check')) check(files);
  else write(files);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/**
 * Decoding that refuses a message whose last field goes on after its end, in Go's words: ts-proto reads on in
 * whatever comes next.
 */
function heldToLength(text) {
  return text.replaceAll(
    /^( *)return message;\n(?= *\} finally \{$)/gm,
    '$1if (reader.pos > end) throw new globalThis.RangeError("unexpected EOF");\n$&',
  );
}

/** The message Object under a name of its own in its module, where CommonJS output needs the global one. */
function unshadowObject(text) {
  const renamed = text.replace(/^(?! \*).*$/gm, (line) => line.replace(/(?<![\w.])Object\b/g, 'ApiObject'));
  return `${renamed.replace('export interface ApiObject', 'interface ApiObject').replace('export const ApiObject', 'const ApiObject')}
export { ApiObject as Object };
`;
}

function generateTree(tree, out) {
  const template = {
    version: 'v2',
    plugins: [{ local: bin('protoc-gen-ts_proto'), out, opt: [...common, ...tree.options], strategy: 'all' }],
  };
  const paths = tree.paths.flatMap((path) => ['--path', path]);
  buf('generate', '--template', JSON.stringify(template), ...paths);
  // ts-proto also writes what a tree imports, in the style of that tree.
  const generated = [...readTree(out)].filter(([name]) => tree.prefixes.some((prefix) => name.startsWith(prefix)));
  rmSync(out, { recursive: true });
  return generated;
}

function renderDescriptors(image) {
  return `/** The file descriptor set of proto/, serialized, for server reflection. Decoded anew by each call. */
export function descriptorSet(): Uint8Array {
  return Buffer.from('${image.toString('base64')}', 'base64');
}
`;
}

function readTree(dir, files = new Map(), base = dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) readTree(path, files, base);
    else files.set(relative(base, path), readFileSync(path, 'utf8'));
  }
  return files;
}

function write(files) {
  rmSync(target, { recursive: true, force: true });
  for (const [name, text] of files) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    writeFileSync(join(target, name), text);
  }
  console.log(`wrote ${files.size} files to ${relative(root, target)}`);
}

function check(files) {
  const digest = (tree) =>
    createHash('sha256')
      .update(JSON.stringify([...tree].sort()))
      .digest('hex');
  const current = existsSync(target) ? readTree(target) : new Map();
  if (digest(current) === digest(files)) return;
  console.error('libs/contracts is not what proto/ generates: run `npm run generate`');
  process.exitCode = 1;
}
