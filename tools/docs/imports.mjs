// Writes the table of who may import whom into docs/architecture.md, from the rules of lint and the tags of the
// projects, and prints it: imports.mjs [--check]
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { depConstraints } from '../../eslint.config.mjs';
import { writeOrCheck } from './write.mjs';

const root = resolve(import.meta.dirname, '../..');
const page = 'docs/architecture.md';
const [begin, end] = ['<!-- imports: begin, written by tools/docs/imports.mjs -->', '<!-- imports: end -->'];

/** What only specs of a library may import. */
const inSpecs = new Set(['storage-memory', 'testing', 'test-api']);

const table = rowsOf([['tag', 'projects', 'may import'], ...depConstraints.map(rowOf)]);
const text = readFileSync(join(root, page), 'utf8');
const [before = '', rest = ''] = text.split(begin);
const [, after = ''] = rest.split(end);
if (after === '') throw new Error(`${page} has no place for the table of imports`);
writeOrCheck(page, `${before}${begin}\n\n${table}\n\n${end}${after}`, 'node tools/docs/imports.mjs');
console.log(table);

/** What one rule says of a tag. */
function rowOf({ sourceTag, onlyDependOnLibsWithTags: tags }) {
  const projects = projectsBelow('apps')
    .concat(projectsBelow('libs'))
    .filter((folder) => JSON.parse(readFileSync(join(root, folder, 'project.json'), 'utf8')).tags.includes(sourceTag))
    .map((folder) => `\`${folder}\``);
  if (projects.length === 0) throw new Error(`no project has the tag ${sourceTag}`);
  return [sourceTag, projects.join(', '), wordsOf(tags, inSpecs.has(sourceTag))];
}

/** @param helpsSpecs whether nothing but specs uses it, and all that it imports. */
function wordsOf(tags, helpsSpecs) {
  if (tags.length === 0) return 'nothing';
  return tags.includes('*')
    ? 'any library'
    : tags.map((tag) => (inSpecs.has(tag) && !helpsSpecs ? `${tag} (in specs)` : tag)).join(', ');
}

function projectsBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('project.json') && !/(^|\/)(node_modules|src)\//.test(path))
    .map((path) => join(folder, dirname(path)))
    .sort();
}

/** Cells of equal width, as the formatter lays tables out. */
function rowsOf(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(rows[0]), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)].join('\n');
}
