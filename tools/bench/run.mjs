// Runs the benchmark sections that exist, then lists the targets that no section measures yet.
// usage: node tools/bench/run.mjs [scheduler] [storage]
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const sections = ['scheduler', 'storage'];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !sections.includes(name));
if (unknown.length > 0) {
  console.error(`no such section: ${unknown.join(', ')} (there are: ${sections.join(', ')})`);
  process.exit(2);
}
let failed = false;
for (const name of wanted.length > 0 ? wanted : sections) {
  console.log(`== ${name}`);
  const path = fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));
  if (spawnSync(process.execPath, [path], { stdio: 'inherit' }).status !== 0) failed = true;
}
console.log('Figures drift with the machine: compare ratios of one run, not absolute values.');
if (wanted.length === 0) {
  const targets = JSON.parse(readFileSync(new URL('./targets.json', import.meta.url), 'utf8'));
  console.table(targets.map(({ work, unit, target }) => ({ work, measured: 'not measured', target, unit })));
}
process.exit(failed ? 1 : 0);
