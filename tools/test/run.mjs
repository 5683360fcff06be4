// Runs every check and test of the repository and prints the totals.
// usage: run.mjs [--unit]   (--unit leaves out the whole-cluster tests)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const results = join(root, 'dist/test-results');
const environment = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0', NO_COLOR: '1' };
const totals = { passed: 0, failed: 0, skipped: 0 };

const rules = ['generated', 'proto', 'typecheck', 'format', 'lint', 'modules', 'docs'];

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

for (const rule of rules) count(`rule ${rule}`, npm(rule));
const built = npm('build');
count('build', built);
// The page is made by the built services.
if (built) count('rule reference', npm('reference', '--', '--check'));
count('rule rights', npm('rights', '--', '--check'));
// Always the same inputs, so that a failure is one of the change at hand; other seeds are for `npm run fuzz`.
if (built) count('fuzzing', execute(process.execPath, ['tools/fuzz/run.mjs', '--inputs', '300', '--seed', '1']));
suite('unit tests', ['nx', 'run-many', '-t', 'test', '--exclude=e2e', '--outputStyle=static', '--nxBail=false']);
if (built && !process.argv.includes('--unit')) {
  rmSync(join(root, 'dist/rights'), { recursive: true, force: true });
  suite('whole-cluster tests', ['nx', 'run', 'e2e:test', '--outputStyle=static']);
  // What services were refused, the clusters have recorded.
  count('rule rights of the run', npm('rights', '--', '--check', '--run'));
}

console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped ? `, ${totals.skipped} skipped` : ''}`);
process.exitCode = totals.failed ? 1 : 0;

function npm(script, ...args) {
  return execute('npm', ['run', '--silent', script, ...args]);
}

function execute(program, args) {
  return spawnSync(program, args, { cwd: root, stdio: 'inherit', env: environment }).status === 0;
}

function count(name, passed) {
  totals[passed ? 'passed' : 'failed'] += 1;
  console.log(`${passed ? 'ok' : 'FAILED'} ${name}`);
}

/** Runs tests and adds up what each project's results file says; a project that wrote none has failed. */
function suite(name, [program, ...args]) {
  const before = new Set(existsSync(results) ? readdirSync(results) : []);
  const passed = execute('npx', [program, ...args]);
  let failures = 0;
  for (const file of readdirSync(results).filter((file_) => !before.has(file_))) {
    const report = JSON.parse(readFileSync(join(results, file), 'utf8'));
    totals.passed += report.numPassedTests;
    totals.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
    totals.skipped += report.numPendingTests + report.numTodoTests;
    failures += report.numFailedTests + report.numRuntimeErrorTestSuites;
  }
  if (!passed && failures === 0) count(name, false);
}
