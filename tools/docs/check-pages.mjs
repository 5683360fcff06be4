import { posix } from 'node:path';
import { anchorsIn, linksIn } from './markdown.mjs';

const decisions = 'docs/decisions';
const index = `${decisions}/README.md`;

/**
 * What is wrong with the pages of the repository, a line each. `files` has the text of every page and source by its
 * path from the root, `exists` says whether there is a file or folder.
 */
export function pageProblems(files, exists) {
  const pages = new Map([...files].filter(([path]) => path.endsWith('.md')));
  return [
    ...brokenLinks(pages, exists),
    ...brokenMentions(files, exists),
    ...unreachablePages(pages),
    ...decisionProblems(pages),
  ];
}

/** Splits a link of a page into the path from the root and the name of a heading, both of which may be empty. */
function resolveLink(page, link) {
  const [path = '', anchor = ''] = decodeURI(link).split('#');
  if (path === '') return { path: page, anchor };
  const target = path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(page), path);
  return { path: target.replace(/\/$/, ''), anchor };
}

function brokenLinks(pages, exists) {
  return [...pages].flatMap(([page, text]) =>
    linksIn(text).flatMap((link) => {
      const { path, anchor } = resolveLink(page, link);
      if (path.startsWith('..') || !exists(path)) return [`${page}: ${link} leads nowhere`];
      const target = pages.get(path);
      if (anchor && target !== undefined && !anchorsIn(target).has(anchor))
        return [`${page}: ${link}: no such heading`];
      return [];
    }),
  );
}

/** Sources, too, name pages: in comments, messages and settings. */
function brokenMentions(files, exists) {
  return [...files]
    .filter(([path]) => !path.endsWith('.md'))
    .flatMap(([path, text]) =>
      [...text.matchAll(/(?<![\w/.-])docs\/[\w./-]+\.md\b/g)]
        .filter(([mentioned]) => !exists(mentioned))
        .map(([mentioned]) => `${path}: there is no ${mentioned}`),
    );
}

function unreachablePages(pages) {
  const linked = (page) => linksIn(pages.get(page) ?? '').map((link) => resolveLink(page, link).path);
  const entry = 'docs/README.md';
  if (!linked('README.md').includes(entry)) return [`README.md: no link to ${entry}`];
  const reached = new Set([entry]);
  for (const page of reached) {
    for (const path of linked(page)) if (pages.has(path)) reached.add(path);
  }
  return [...pages.keys()]
    .filter((page) => page.startsWith('docs/') && !reached.has(page))
    .map((page) => `${page}: no links lead here from ${entry}`);
}

function decisionProblems(pages) {
  const records = [...pages.keys()].filter((page) => posix.dirname(page) === decisions && page !== index).sort();
  const rows = (pages.get(index) ?? '').split('\n').map(cellsOf);
  let expected = 1;
  return records.flatMap((page) => {
    const file = posix.basename(page);
    if (file === 'template.md') return [];
    const [, number] = /^(\d{4})-[a-z\d-]+\.md$/.exec(file) ?? [];
    if (number === undefined)
      return [`${page}: the name of a record is its number and a few words: 0001-some-words.md`];
    const text = pages.get(page) ?? '';
    const [, title = ''] = new RegExp(`^# ${number}\\. (.+)\\n`).exec(text) ?? [];
    const [, date = ''] = /^- Date: (\d{4}-\d{2}-\d{2})$/m.exec(text) ?? [];
    const [, status = ''] =
      /^- Status: (proposed|accepted|superseded by \[\d{4}\]\(\d{4}-[a-z\d-]+\.md\))$/m.exec(text) ?? [];
    const problems = [];
    if (Number(number) !== expected) problems.push(`${page}: the next number is ${String(expected).padStart(4, '0')}`);
    expected = Number(number) + 1;
    if (!title) problems.push(`${page}: the title begins with "# ${number}. "`);
    if (!date) problems.push(`${page}: there is no line "- Date: YYYY-MM-DD"`);
    if (!status)
      problems.push(`${page}: there is no line "- Status: " with proposed, accepted or superseded by a link`);
    const row = [number, `[${title}](${file})`, date, status];
    if (!rows.some((cells) => cells.join('|') === row.join('|')))
      problems.push(`${index}: there is no row | ${row.join(' | ')} |`);
    return problems;
  });
}

/** The cells of a line of a table. */
function cellsOf(line) {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
