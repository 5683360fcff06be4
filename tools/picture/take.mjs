// Takes the picture of the guestbook's first roll-out that the README shows: starts a cluster of its own, rolls
// the guestbook out, has `skiff trace --html` write the page, has Chromium draw it, and ends the cluster.
// usage: take.mjs [picture to write]     needs what `npm run up` needs, and Debian's chromium
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildImage } from '../images/build.mjs';

const root = resolve(import.meta.dirname, '../..');
const picture = resolve(process.argv[2] ?? join(root, 'docs/images/guestbook-rollout.png'));
const folder = mkdtempSync(join(tmpdir(), 'skiff-picture-'));
const cluster = 'picture';
const environment = { ...process.env, SKIFF_HOME: join(folder, 'home') };
/** @type {(program: string, args: string[], env?: NodeJS.ProcessEnv) => Buffer} */
const run = (program, args, env = environment) =>
  execFileSync(program, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
const skiff = (...args) => run(process.execPath, [join(root, 'dist/apps/skiff/main.js'), ...args, '--name', cluster]);
const kubectl = (...args) =>
  run('kubectl', args, {
    ...environment,
    KUBECONFIG: join(environment.SKIFF_HOME, 'clusters', cluster, 'kubeconfig'),
  });

/** Draws a page as wide as the README shows it, and as high as the roll-out's story is. */
function draw(page) {
  // Chromium complains at length of a desktop that is not there.
  execFileSync(
    'chromium',
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-device-scale-factor=2'],
      ...[`--user-data-dir=${join(folder, 'profile')}`, '--window-size=1000,840'],
      ...[`--screenshot=${picture}`, `file://${page}`],
    ],
    { stdio: 'ignore', timeout: 60_000 },
  );
}

try {
  skiff('up');
  for (const image of ['redis/image', 'web/image-v1']) {
    const archive = join(folder, `${image.replace('/', '-')}.tar`);
    buildImage(join(root, 'examples/guestbook/images', `${image}.json`), archive);
    skiff('load', archive);
  }
  kubectl('create', 'namespace', 'guestbook');
  kubectl('-n', 'guestbook', 'apply', '-f', join(root, 'examples/guestbook/guestbook.yaml'));
  kubectl('-n', 'guestbook', 'rollout', 'status', 'deployment/web', '--timeout=120s');
  const page = join(folder, 'page.html');
  // The proxies' spans are the last to come: services send theirs every few seconds.
  for (let attempt = 0; attempt < 30; attempt += 1) {
    skiff('trace', 'deployment/web', '--namespace', 'guestbook', '--html', page);
    if (readFileSync(page, 'utf8').includes('endpoint programmed')) break;
    await pause(1_000);
  }
  draw(page);
} finally {
  skiff('down');
  rmSync(folder, { recursive: true, force: true });
}
