// Runs the benchmark sections, each a program of its own that prints figures as JSON lines, and then one table of
// all figures beside their targets. A section that fails is named with its reason and does not stop the others.
// usage: node tools/bench/run.mjs [section …]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const sections = [
  'storage',
  'scheduler',
  'expressions',
  'api',
  'grpc',
  'tracing',
  'schedule',
  'watch',
  'start',
  'cluster',
  'memory',
  'growth',
  'pod-start',
].filter((name) => existsSync(program(name)));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !sections.includes(name));
if (unknown.length > 0) {
  console.error(`no such section: ${unknown.join(', ')} (there are: ${sections.join(', ')})`);
  process.exit(2);
}
const chosen = wanted.length > 0 ? wanted : sections;
const targets = JSON.parse(readFileSync(join(import.meta.dirname, 'targets.json'), 'utf8'));

const figures = [];
const failures = [];
for (const section of chosen) {
  console.log(`== ${section}`);
  const reason = await runSection(section);
  if (reason) failures.push(`${section}: ${reason}`);
}
printTable();
for (const failure of failures) console.log(`FAILED ${failure}`);
process.exit(failures.length > 0 ? 1 : 0);

function program(section) {
  return join(import.meta.dirname, `${section}.mjs`);
}

/** Runs one section and keeps its figures; resolves with the reason when it failed. */
async function runSection(section) {
  const child = spawn(process.execPath, [program(section)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part) => {
    process.stderr.write(part);
    said = `${said}${part}`.slice(-2_000);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    try {
      figures.push(JSON.parse(line));
    } catch {
      said = `${said}${line}\n`;
    }
  }
  const [code] = await closed;
  if (code === 0) return undefined;
  // Of a stack, the line that names the error.
  const lines = said.trim().split('\n');
  return lines.find((line) => /error/i.test(line))?.trim() ?? lines.at(-1) ?? `exit code ${code}`;
}

/** The target of a figure: one for all stores is written without a store in parentheses. */
function targetOf({ section, work }) {
  const candidates = targets.filter((target) => target.section === section);
  return (
    candidates.find((target) => target.work === work) ??
    candidates.find((target) => target.work === work.replace(/ \((embedded|etcd)\)$/, ''))
  );
}

function printTable() {
  const rows = figures.filter(({ work, value }) => work !== undefined && value !== undefined).map(rowOf);
  const measured = new Set(figures.map(targetOf));
  for (const target of targets) {
    if (chosen.includes(target.section) && !measured.has(target)) rows.push(rowOf({ ...target, value: undefined }));
  }
  const header = ['section', 'work', 'measured', 'target', 'reached', 'peer', 'ratio to peer'];
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  console.log(
    `\n${cpus()[0]?.model ?? process.arch}, ${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}\n`,
  );
  for (const row of table) {
    const cells = row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])));
    console.log(cells.join('  ').trimEnd());
  }
  console.log('\nFigures drift with the machine: compare the ratio to the "reference" rows of the same run.');
}

/** A row of the table. The ratio says how many times better than the peer, whichever direction is better. */
function rowOf(figure) {
  const target = targetOf(figure);
  const { section, work, value, unit } = figure;
  const shown = (number) => (number === undefined ? '' : `${number.toLocaleString('en')} ${unit}`);
  const measured = value === undefined ? 'not measured' : value === null ? 'not reached' : shown(value);
  if (!target) return [section, work, measured, '', '', '', ''];
  const better = (than) => (target.better === 'lower' ? than / value : value / than);
  const reached = !value ? '' : better(target.target) >= 1 ? 'yes' : 'no';
  const ratio = !value || target.peer === undefined ? '' : `${better(target.peer).toFixed(2)}x`;
  return [section, work, measured, shown(target.target), reached, shown(target.peer), ratio];
}
