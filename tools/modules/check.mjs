// Holds to the imports in the sources what the repository says of them: nobody imports in a circle; the package.json of
// each library, the tsconfig.json of each project and the paths of the compiler say what is imported; every library has
// a README; every package that npm installs is used. usage: check.mjs [--write]   (--write mends what is derived)
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { format } from 'prettier';
import { cyclesIn } from './cycles.mjs';
import { readGraph, sourcesBelow } from './graph.mjs';
import { compilerConfigOf, dependenciesOf, doorsOf, importsOf, installedProblems } from './packages.mjs';

const root = resolve(import.meta.dirname, '../..');
const write = process.argv.includes('--write');
const problems = [];
const text = (path) => readFileSync(join(root, path), 'utf8');
const json = (path) => JSON.parse(text(path));

const graph = readGraph(root);
const manifest = json('package.json');
const libraries = projectsBelow('libs');
const projects = [...projectsBelow('apps'), ...libraries, 'tools', 'examples'];
const imports = importsOf(graph, projects);

// Messages may hold each other, so what is generated of them does too.
const isWritten = (file) => !file.startsWith('libs/contracts/src/generated/');
for (const cycle of cyclesIn(graph, isWritten)) problems.push(`import cycle: ${cycle.join(' -> ')}`);

const manifests = new Map();
for (const folder of libraries) {
  for (const file of ['README.md', 'package.json'])
    if (!existsSync(join(root, folder, file))) problems.push(`${folder} has no ${file}`);
  if (existsSync(join(root, folder, 'package.json'))) manifests.set(folder, json(`${folder}/package.json`));
}

const versions = { ...manifest.devDependencies, ...manifest.dependencies };
const names = new Map([...manifests].map(([folder, { name }]) => [folder, name]));
for (const [folder, own] of manifests) {
  const { dependencies: _, devDependencies: __, ...kept } = own;
  const { version } = manifest;
  await hold(`${folder}/package.json`, {
    ...kept,
    version,
    ...dependenciesOf(imports.get(folder), names, versions, version),
  });
}
for (const folder of projects) await hold(`${folder}/tsconfig.json`, compilerConfigOf(folder, imports.get(folder)));
await hold('tsconfig.json', { files: [], references: projects.map((path) => ({ path })) });
const base = json('tsconfig.base.json');
const compilerOptions = { ...base.compilerOptions, paths: doorsOf(manifests) };
await hold('tsconfig.base.json', { ...base, compilerOptions });

const words = [
  ...[manifest.scripts, json('nx.json')].map((value) => JSON.stringify(value)),
  ...[...sourcesBelow(root, ['tools']), 'jest.preset.cjs'].map(text),
];
problems.push(...installedProblems(manifest, graph, words, installed));

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function projectsBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('project.json') && !/(^|\/)(node_modules|src)\//.test(path))
    .map((path) => join(folder, dirname(path)))
    .sort();
}

/** Writes JSON, or tells that it is not what it should be; the order of its keys is nobody's concern. */
async function hold(path, value) {
  if (existsSync(join(root, path)) && isDeepStrictEqual(json(path), value)) return;
  if (!write) problems.push(`${path} does not say what is imported: npm run modules:fix`);
  else writeFileSync(join(root, path), await format(JSON.stringify(value), { filepath: path, printWidth: 120 }));
}

function installed(name) {
  const { bin = {}, peerDependencies = {} } = json(`node_modules/${name}/package.json`);
  return { commands: typeof bin === 'string' ? [name] : Object.keys(bin), peers: Object.keys(peerDependencies) };
}
