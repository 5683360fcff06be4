// Installs what this machine lacks: Debian packages, and the packages of
// package-lock.json. Says what it installs, and nothing when all is there.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const forCluster = [
  ['containerd', 'containerd'],
  ['runc', 'runc'],
  ['nft', 'nftables'],
  ['conntrack', 'conntrack'],
  ['ip', 'iproute2'],
  ['sysctl', 'procps'],
  ['/usr/lib/cni/bridge', 'containernetworking-plugins'],
  ['etcd', 'etcd-server'],
  // A library is not executable; every package has its folder there.
  ['/usr/share/doc/libjemalloc2', 'libjemalloc2'],
  ['kubectl', 'kubernetes-client'],
];
const forTests = [
  ['busybox', 'busybox-static'],
  ['git', 'git'],
  ['dockerd', 'docker.io'],
  ['docker-compose', 'docker-compose'],
  ['debootstrap', 'debootstrap'],
  ['openssl', 'openssl'],
  ['zsh', 'zsh'],
  ['fish', 'fish'],
  ['protoc', 'protobuf-compiler'],
  ['grpc_python_plugin', 'protobuf-compiler-grpc'],
  ['/usr/include/google/protobuf', 'libprotobuf-dev'],
  ['/usr/lib/python3/dist-packages/google/protobuf', 'python3-protobuf'],
  ['/usr/lib/python3/dist-packages/grpc', 'python3-grpcio'],
];

const forOthers = {
  '--tests': forTests,
  '--bench': [['wrk', 'wrk']],
  '--picture': [
    ['busybox', 'busybox-static'],
    ['chromium', 'chromium'],
  ],
};

const needed = [...forCluster, ...process.argv.slice(2).flatMap((purpose) => forOthers[purpose] ?? [])];
installDebianPackages([...new Set(needed.filter(([program]) => !onPath(program)).map(([, name]) => name))]);
installNodePackages();

function onPath(program) {
  const folders = `${process.env.PATH}:/usr/sbin:/sbin`.split(':');
  return (program.startsWith('/') ? [program] : folders.map((folder) => join(folder, program))).some((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function installDebianPackages(names) {
  if (names.length === 0) return;
  const hint = `apt-get install --no-install-recommends ${names.join(' ')}`;
  if (!onPath('apt-get')) fail(`this machine lacks ${names.join(', ')}, and is no Debian that could install them`);
  if (process.getuid?.() !== 0) fail(`this machine lacks ${names.join(', ')}. As root: ${hint}`);
  console.log(`Installing Debian packages: ${names.join(', ')}`);
  // Run level 1 keeps the packages from starting their services.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args) =>
    execFileSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    apt('update');
    apt('install', '--yes', '--no-install-recommends', ...names);
  } catch (error) {
    fail(`${hint} failed:\n${error instanceof Error && 'stderr' in error ? error.stderr : error}`);
  }
}

function installNodePackages() {
  if (isInstalled()) return;
  console.log('Installing the packages of package-lock.json');
  // Not `npm ci`: it refuses a registry that lacks the optional packages of other platforms.
  const quiet = ['--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  execFileSync('npm', ['install', ...quiet], { cwd: root, stdio: 'inherit' });
}

/** Whether node_modules is what package-lock.json asks for: npm keeps in it what it has installed. */
function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(record);
  // What is optional may be for other platforms.
  return (
    Object.entries(wanted).every(
      ([path, { version, optional, link }]) =>
        path === '' || link || installed[path]?.version === version || (optional && !(path in installed)),
    ) && Object.keys(installed).every((path) => path in wanted)
  );
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
