// Runs every check and test of the repository and prints the totals.
// usage: run.mjs [--unit]   (--unit leaves out the whole-cluster tests)
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const results = join(root, 'dist/test-results');
const environment = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0', NO_COLOR: '1' };
/** What takes longer hangs; the longest part takes a third of it. */
const bounded = { cwd: root, env: environment, timeout: 30 * 60_000 };
const totals = { passed: 0, failed: 0, skipped: 0 };
const ownClusters = 'apps/e2e/jest.own-clusters.config.cjs';
/** Specs with clusters of their own that hold no service to a second or two, as the others do. */
const unhurried = ['src/add-a-node/', 'src/bad-input/', 'src/cli/', 'src/guestbook-etcd'];
const unitOnly = process.argv.includes('--unit');

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

await rule('generated');
const built = await check('build', npm('build'));
if (built) {
  // The page is made by the built services.
  await rule('reference', '--check');
  // Always the same inputs, so that a failure is one of the change at hand; other seeds are for `npm run fuzz`.
  await check('fuzzing', [process.execPath, 'tools/fuzz/run.mjs', '--inputs', '300', '--seed', '1']);
}
// The cluster of containers is built from the sources, has an engine and a network of its own, and mostly waits:
// rules and unit tests go on meanwhile. What it prints comes after theirs.
const compose = unitOnly ? undefined : executeAside(wholeClusters('compose', ownClusters, 'src/compose/'));
for (const name of ['proto', 'typecheck', 'format', 'lint', 'modules', 'docs']) await rule(name);
await rule('rights', '--check');
await suite('unit tests', /^(?!e2e-)/, execute(nx('run-many', '-t', 'test', '--exclude=e2e', '--nxBail=false')));
if (compose) await suite('cluster of containers', /^e2e-compose\./, compose);
if (built && !unitOnly) await wholeClusterTests();

console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped ? `, ${totals.skipped} skipped` : ''}`);
process.exitCode = totals.failed ? 1 : 0;

function npm(script, ...args) {
  return ['npm', 'run', '--silent', script, '--', ...args];
}

function nx(...args) {
  return ['npx', 'nx', ...args, '--outputStyle=static'];
}

/** Command that runs whole-cluster tests and writes what became of them to `e2e-<name>.json`. */
function wholeClusters(name, config, ...patterns) {
  const report = ['--json', `--outputFile=${join(results, `e2e-${name}.json`)}`];
  return [process.execPath, 'node_modules/jest/bin/jest.js', '--config', config, ...report, ...patterns];
}

async function wholeClusterTests() {
  rmSync(join(root, 'dist/rights'), { recursive: true, force: true });
  // Clusters do not touch each other, and wait for nodes and back-offs most of the time: two at once.
  const aside = executeAside(wholeClusters('aside', ownClusters, ...unhurried));
  await suite('shared cluster', /^e2e-shared\./, execute(wholeClusters('shared', 'apps/e2e/jest.config.cjs')));
  await suite('clusters aside', /^e2e-aside\./, aside);
  const others = ['--testPathIgnorePatterns', 'src/compose/', ...unhurried];
  await suite('clusters alone', /^e2e-alone\./, execute(wholeClusters('alone', ownClusters, ...others)));
  // What services were refused, the clusters have recorded.
  await check('rule rights of the run', npm('rights', '--check', '--run'));
}

function rule(name, ...args) {
  return check(`rule ${name}`, npm(name, ...args));
}

async function check(name, command) {
  const started = performance.now();
  const passed = await execute(command);
  count(name, passed, started);
  return passed;
}

function count(name, passed, started) {
  totals[passed ? 'passed' : 'failed'] += 1;
  console.log(`${passed ? 'ok' : 'FAILED'} ${name} (${seconds(started)})`);
}

function seconds(started) {
  return `${Math.round((performance.now() - started) / 1000)} s`;
}

/** Whether the program succeeds; it prints where this program does. */
function execute([program = '', ...args]) {
  return succeeds(spawn(program, args, { ...bounded, stdio: 'inherit' }));
}

/** Whether the program succeeds; what it prints comes when it has ended. */
async function executeAside([program = '', ...args]) {
  const child = spawn(program, args, { ...bounded, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
  const passed = await succeeds(child);
  process.stdout.write(Buffer.concat(printed));
  return passed;
}

function succeeds(child) {
  return new Promise((resolve_, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (signal !== null) console.log(`${child.spawnargs.join(' ')}: ended by ${signal}`);
      resolve_(code === 0);
    });
  });
}

/** Adds up what the results files of these names say once the tests have run; tests that wrote none have failed. */
async function suite(name, files, running) {
  const started = performance.now();
  const passed = await running;
  let failures = 0;
  for (const file of readdirSync(results).filter((file_) => files.test(file_))) {
    const report = JSON.parse(readFileSync(join(results, file), 'utf8'));
    totals.passed += report.numPassedTests;
    totals.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
    totals.skipped += report.numPendingTests + report.numTodoTests;
    failures += report.numFailedTests + report.numRuntimeErrorTestSuites;
  }
  console.log(`${name}: ${seconds(started)}`);
  if (!passed && failures === 0) count(name, false, started);
}
