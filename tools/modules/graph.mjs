// Which file imports what, in the whole repository.
import { readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** What is made, installed or recorded, anywhere in the tree. */
const ignored = new Set(['node_modules', 'dist', 'coverage', 'fixtures', 'skiff-data']);
const source = /\.(ts|mjs|cjs)$/;

/** The sources below folders of `root`, by their paths from there. */
export function sourcesBelow(root, folders) {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return ignored.has(entry.name) ? [] : sourcesBelow(root, [path]);
      return source.test(entry.name) ? [path] : [];
    }),
  );
}

/**
 * The imports of files, types included, in their order.
 * @param texts what is in each file, by its path
 * @param doors the file behind each name that libraries are imported by
 * @returns of each file, the files that it imports, and the names of what npm installed
 */
export function moduleGraph(texts, doors) {
  const graph = new Map();
  for (const [path, text] of texts) {
    const files = new Set();
    const packages = new Set();
    for (const { fileName: name } of ts.preProcessFile(text, true, true).importedFiles) {
      const file = name.startsWith('.') ? fileAt(texts, join(dirname(path), name)) : doors.get(name);
      if (file !== undefined) files.add(file);
      else if (!name.startsWith('.') && !isBuiltin(name)) packages.add(packageOf(name));
    }
    graph.set(path, { files: [...files], packages: [...packages] });
  }
  return graph;
}

/** Undefined for what is no source, such as JSON. */
function fileAt(texts, path) {
  return [path, `${path}.ts`, `${path}/index.ts`].find((candidate) => texts.has(candidate));
}

/** "@scope/name" or "name", whichever part of the package is imported. */
function packageOf(name) {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The graph of the repository at `root`. */
export function readGraph(root) {
  const text = (path) => readFileSync(join(root, path), 'utf8');
  const paths = sourcesBelow(root, ['apps', 'libs', 'tools', 'examples', 'docker']);
  const { paths: aliases } = JSON.parse(text('tsconfig.base.json')).compilerOptions;
  const doors = new Map(Object.entries(aliases).map(([name, [file]]) => [name, file.replace('./', '')]));
  for (const file of ['eslint.config.mjs', 'jest.preset.cjs']) paths.push(file);
  return moduleGraph(new Map(paths.map((path) => [path, text(path)])), doors);
}
