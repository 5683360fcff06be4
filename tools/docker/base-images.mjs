// Makes stand-ins for the base images of docker/Dockerfile, under their names, on a machine that cannot pull
// them: Debian by debootstrap, and Node.js as this machine has it. Skips those that are there.
// usage: base-images.mjs [--cache <folder>]     needs root, debootstrap and a Docker engine
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const debian = process.env.SKIFF_DEBIAN_IMAGE ?? 'debian:bookworm-slim';
const node = process.env.SKIFF_NODE_IMAGE ?? 'node:20-bookworm-slim';
const mirror = process.env.SKIFF_DEBIAN_MIRROR ?? 'http://deb.debian.org/debian';
const flag = process.argv.indexOf('--cache');
const cache = resolve((flag > 0 && process.argv[flag + 1]) || join(import.meta.dirname, '../../dist/docker'));

const run = (program, ...args) => execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
const exists = (image) => execFileSync('docker', ['images', '-q', image]).length > 0;
const scratch = mkdtempSync(join(tmpdir(), 'skiff-base-'));
try {
  if (!exists(debian)) run('docker', 'import', debianArchive(), debian);
  if (!exists(node)) makeNode();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** What Debian's slim image holds: the smallest system that can install packages, without its documentation. */
function debianArchive() {
  const archive = join(cache, 'debian-bookworm.tar');
  if (existsSync(archive)) return archive;
  mkdirSync(cache, { recursive: true });
  const root = join(scratch, 'debian');
  mkdirSync(root);
  const unneeded = [
    'var/cache/apt/archives',
    'var/lib/apt/lists',
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
  ];
  const packed = [...unneeded.map((path) => `--exclude=./${path}/*`), '-cf', `${archive}.new`, '.'];
  // In memory, by a mount that ends with the shell: dpkg waits for the disk after every file.
  const script = `
    mount -t tmpfs -o mode=0755 tmpfs "$1"
    debootstrap --variant=minbase bookworm "$1" "$2"
    # As Debian's image has it.
    echo force-unsafe-io > "$1/etc/dpkg/dpkg.cfg.d/docker-apt-speedup"
    cd "$1"; shift 2
    exec tar "$@"
  `;
  run('unshare', '--mount', '--propagation', 'private', '--', 'sh', '-ec', script, 'sh', root, mirror, ...packed);
  renameSync(`${archive}.new`, archive);
  return archive;
}

function makeNode() {
  const folder = join(scratch, 'node');
  const modules = join(folder, 'usr/local/lib/node_modules');
  mkdirSync(join(folder, 'usr/local/bin'), { recursive: true });
  mkdirSync(modules, { recursive: true });
  copyFileSync(process.execPath, join(folder, 'usr/local/bin/node'));
  const npm = realpathSync(execFileSync('sh', ['-c', 'command -v npm']).toString().trim());
  cpSync(dirname(dirname(npm)), join(modules, 'npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/local/bin/npm'));
  writeFileSync(join(folder, 'Dockerfile'), `FROM ${debian}\nCOPY usr /usr\nCMD ["node"]\n`);
  run('docker', 'build', '--quiet', '--tag', node, folder);
}
