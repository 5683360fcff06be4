// What the manifest of a library (package.json) and the configuration of the compiler (tsconfig.json) say of imports,
// derived from the imports themselves.
import { relative } from 'node:path';

/** Files of a project that only its tests use. */
const isTesting = (path) => /\.spec\.ts$|\/testing(\/|\.ts$)/.test(path);

/** The folder of the project that a file belongs to: the deepest one above it. */
export function projectOf(path, folders) {
  const above = folders.filter((folder) => path.startsWith(`${folder}/`));
  return above.sort((left, right) => right.length - left.length)[0];
}

/**
 * What each project imports, of others and of npm.
 * @returns by folder, the `projects` and the `packages`, each of them with whether only tests need it
 */
export function importsOf(graph, folders) {
  const imports = new Map(folders.map((folder) => [folder, { projects: new Map(), packages: new Map() }]));
  const add = (to, name, testing) => to.set(name, testing && (to.get(name) ?? true));
  for (const [path, { files, packages }] of graph) {
    const folder = projectOf(path, folders);
    if (folder === undefined) continue;
    const testing = isTesting(path.slice(folder.length));
    const own = imports.get(folder);
    for (const file of files) {
      const other = projectOf(file, folders);
      if (other !== undefined && other !== folder) add(own.projects, other, testing);
    }
    for (const name of packages) add(own.packages, name, testing);
  }
  return imports;
}

/**
 * The `dependencies` and `devDependencies` of a library.
 * @param names the names of libraries, by their folders
 * @param versions what the repository installs of npm, by name
 */
export function dependenciesOf({ projects, packages }, names, versions, version) {
  const all = [
    ...[...projects].map(([folder, testing]) => [names.get(folder), version, testing]),
    ...[...packages].map(([name, testing]) => [name, versions[name], testing]),
  ].sort(([left], [right]) => (left < right ? -1 : 1));
  const those = (wanted) =>
    Object.fromEntries(all.filter(([, , testing]) => testing === wanted).map(([name, range]) => [name, range]));
  const [dependencies, devDependencies] = [those(false), those(true)];
  return {
    ...(Object.keys(dependencies).length > 0 && { dependencies }),
    ...(Object.keys(devDependencies).length > 0 && { devDependencies }),
  };
}

/** The tsconfig.json of a project, which is checked after those that it imports. */
export function compilerConfigOf(folder, { projects }) {
  const up = relative(folder, '.');
  return {
    extends: `${up}/tsconfig.project.json`,
    compilerOptions: { outDir: `${up}/dist/types/${folder}` },
    ...(folder.includes('/') ? {} : { include: ['**/*.ts'] }),
    references: [...projects.keys()].sort().map((other) => ({ path: relative(folder, other) })),
  };
}

/** The paths of the compiler, from what the libraries export: by what name which file is imported. */
export function doorsOf(manifests) {
  const doors = {};
  for (const [folder, { name, exports }] of manifests)
    for (const [door, file] of Object.entries(exports))
      doors[door.replace('.', name)] = [file.replace('.', `./${folder}`)];
  return doors;
}

/**
 * What is wrong with the packages of the repository itself.
 * @param manifest its package.json
 * @param graph all imports
 * @param words what else names packages or their commands: scripts, and the texts of tools
 * @param installed of a package, the commands that it brings and its peers, which it needs beside it
 */
export function installedProblems({ dependencies, devDependencies }, graph, words, installed) {
  const given = { ...dependencies, ...devDependencies };
  const imported = new Map();
  for (const [path, { packages }] of graph)
    for (const name of packages) imported.set(name, [...(imported.get(name) ?? []), path]);
  const named = (name) => words.some((text) => text.includes(name));
  const isUsed = (name) =>
    imported.has(name) ||
    (name.startsWith('@types/')
      ? isUsed(name.slice('@types/'.length))
      : [name, ...installed(name).commands].some(named)) ||
    Object.keys(given).some((other) => installed(other).peers.includes(name));
  return [
    ...Object.keys(given)
      .filter((name) => !['@types/node', '@types/jest'].includes(name) && !isUsed(name))
      .map((name) => `package.json: nothing uses ${name}`),
    ...[...imported]
      .filter(([name]) => given[name] === undefined && !name.startsWith('@skiff/'))
      .map(([name, [path]]) => `package.json: ${path} imports ${name}, which is not a dependency`),
  ];
}
