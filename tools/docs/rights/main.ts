import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { recordedUses, refusals, usedRights, type Review, type Used } from './evidence';
import { needless, page, unexplained } from './page';

const root = process.cwd();
const folder = join(root, 'tools/docs/rights');
const usedFile = join(folder, 'used.json');
const pageFile = join(root, 'docs/reference/rights.md');
const runFolder = join(root, 'dist/rights');
const flags = new Set(process.argv.slice(2));

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

async function main(): Promise<string[]> {
  const reviews = readJson<Review[]>(join(folder, 'reviewed.json'));
  if (flags.has('--collect')) {
    const json = JSON.stringify(usedRights(recordedUses(runFolder)), null, 2);
    writeFileSync(usedFile, await format(json, { parser: 'json', printWidth: 120 }));
  }
  const used = readJson<Used>(usedFile);
  const text = await format(page(used, reviews), { parser: 'markdown', printWidth: 120 });
  if (!flags.has('--check')) writeFileSync(pageFile, text);
  const problems = [
    ...(readFileSync(pageFile, 'utf8') === text ? [] : ['docs/reference/rights.md is not up to date: npm run rights']),
    ...unexplained(used, reviews).map(
      (right) => `a right that is neither used nor reviewed in tools/docs/rights/reviewed.json: ${right}`,
    ),
    ...needless(reviews).map((review) => `a review of a right that nobody has: ${review}`),
  ];
  if (flags.has('--run')) problems.push(...refusals(recordedUses(runFolder)).map((refusal) => `refused: ${refusal}`));
  return problems;
}

main().then(
  (problems) => {
    for (const problem of problems) console.error(problem);
    process.exitCode = problems.length ? 1 : 0;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
