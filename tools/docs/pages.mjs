// Checks the pages of the repository: every link between files leads somewhere, every page below docs/ is reached
// from docs/README.md, and the index of decisions lists every record.
// usage: pages.mjs
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pageProblems } from './check-pages.mjs';

const root = resolve(import.meta.dirname, '../..');
/** What is made, installed or recorded, anywhere in the tree. */
const ignored = new Set(['node_modules', 'dist', 'coverage', '.git', '.nx', 'generated', 'fixtures', 'skiff-data']);
const texts = /\.(md|ts|mjs|cjs|json|ya?ml|proto)$/;

const files = new Map(
  textsBelow('')
    .filter((path) => path !== 'package-lock.json')
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
);
const problems = pageProblems(files, (path) => existsSync(join(root, path)));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length ? 1 : 0;

function textsBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (ignored.has(entry.name)) return [];
    if (entry.isDirectory()) return textsBelow(path);
    // The tests of this check name pages that there are not.
    return entry.isFile() && texts.test(entry.name) && !entry.name.endsWith('.test.mjs') ? [path] : [];
  });
}
