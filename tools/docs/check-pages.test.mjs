import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageProblems } from './check-pages.mjs';
import { anchorsIn, linksIn } from './markdown.mjs';

const record = (number, status = 'accepted') => `# ${number}. Why\n\n- Date: 2026-11-23\n- Status: ${status}\n`;
const row = (number, status = 'accepted') => `| ${number} | [Why](${number}-why.md) | 2026-11-23 | ${status} |\n`;
const tree = {
  'README.md': '[docs](docs/README.md), ![a](docs/a.png)',
  'docs/README.md':
    '[ports](guide.md#open-ports), [tree](architecture.md), [decisions](decisions/README.md), [home](../README.md)',
  'docs/guide.md': '# Guide\n\n## Open `ports`!\n\n```sh\n[x](nowhere.md)\n```\n[up](#guide) [code](../src/a.ts)',
  'docs/a.png': '',
  'docs/decisions/README.md': `[form](template.md)\n\n${row('0001')}${row('0002')}`,
  'docs/decisions/template.md': '',
  'docs/decisions/0001-why.md': record('0001'),
  'docs/decisions/0002-why.md': record('0002'),
  'docs/architecture.md': '',
  'src/a.ts': '// See docs/guide.md.',
};

function problemsOf(changes) {
  const files = new Map(Object.entries({ ...tree, ...changes }).filter(([, text]) => text !== undefined));
  return pageProblems(files, (path) => [...files.keys()].some((file) => file === path || file.startsWith(`${path}/`)));
}

test('a tree in order has no problems', () => {
  assert.deepEqual(problemsOf({}), []);
});

const mistakes = [
  ['a link to no file', { 'docs/guide.md': '# Open ports\n[x](gone.md)' }, 'docs/guide.md: gone.md leads nowhere'],
  [
    'a link out of the repository',
    { 'docs/guide.md': '# Open ports\n[x](../../a.md)' },
    'docs/guide.md: ../../a.md leads nowhere',
  ],
  [
    'a link that is defined elsewhere',
    { 'docs/guide.md': '# Open ports\n[x][y]\n\n[y]: gone.md' },
    'docs/guide.md: gone.md leads nowhere',
  ],
  ['an image that is not there', { 'docs/a.png': undefined }, 'README.md: docs/a.png leads nowhere'],
  [
    'a heading that is not there',
    { 'docs/guide.md': '# Guide' },
    'docs/README.md: guide.md#open-ports: no such heading',
  ],
  ['a source that names no page', { 'src/a.ts': '// See docs/gone.md.' }, 'src/a.ts: there is no docs/gone.md'],
  [
    'a page that nothing leads to',
    { 'docs/new/page.md': '' },
    'docs/new/page.md: no links lead here from docs/README.md',
  ],
  ['a front page without the entry', { 'README.md': '' }, 'README.md: no link to docs/README.md'],
  [
    'a record that the index lacks',
    { 'docs/decisions/README.md': `[form](template.md) [two](0002-why.md)\n\n${row('0001')}` },
    'docs/decisions/README.md: there is no row | 0002 | [Why](0002-why.md) | 2026-11-23 | accepted |',
  ],
  [
    'a record whose status has changed',
    { 'docs/decisions/0001-why.md': record('0001', 'superseded by [0002](0002-why.md)') },
    'docs/decisions/README.md: there is no row | 0001 | [Why](0001-why.md) | 2026-11-23 | superseded by [0002](0002-why.md) |',
  ],
];

for (const [name, changes, problem] of mistakes) {
  test(`${name} is a problem`, () => assert.equal(problemsOf(changes).join('\n'), problem));
}

test('a record without number, date or status is a problem', () => {
  const guide = `${tree['docs/guide.md']}\n[a](decisions/why.md) [b](decisions/0004-why.md)`;
  assert.deepEqual(
    problemsOf({ 'docs/guide.md': guide, 'docs/decisions/why.md': '', 'docs/decisions/0004-why.md': '# Why' }).map(
      (problem) => problem.split(':')[1]?.trim(),
    ),
    [
      'the next number is 0003',
      'the title begins with "# 0004. "',
      'there is no line "- Date',
      'there is no line "- Status',
      'there is no row | 0004 | [](0004-why.md) |  |  |',
      'the name of a record is its number and a few words',
    ],
  );
});

test('links of code and to other sites are not looked at', () => {
  assert.deepEqual(linksIn('`[a](b.md)` [c](https://x.example/d.md) [e](f.md "title")\n~~~\n[g](h.md)\n~~~\n'), [
    'f.md',
  ]);
});

test('headings that are there twice are counted', () => {
  assert.deepEqual([...anchorsIn('# A b\n## A b\n### [C](d.md), e')], ['a-b', 'a-b-1', 'c-e']);
});
