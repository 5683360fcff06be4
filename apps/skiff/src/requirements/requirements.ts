import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** A program that a cluster needs, and the Debian package that holds it. */
interface Requirement {
  readonly program: string;
  readonly package: string;
}

const always: readonly Requirement[] = [
  { program: 'containerd', package: 'containerd' },
  { program: 'ctr', package: 'containerd' },
  { program: 'runc', package: 'runc' },
  { program: 'nft', package: 'nftables' },
  { program: 'conntrack', package: 'conntrack' },
  { program: 'ip', package: 'iproute2' },
  { program: 'ss', package: 'iproute2' },
  { program: 'nsenter', package: 'util-linux' },
  { program: 'flock', package: 'util-linux' },
  { program: 'sysctl', package: 'procps' },
  { program: '/usr/lib/cni/bridge', package: 'containernetworking-plugins' },
];

const forEtcd: readonly Requirement[] = [{ program: 'etcd', package: 'etcd-server' }];

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly root: boolean;
  /** Folders that are searched for programs. */
  readonly path: readonly string[];
}

/** Debian packages that are missing for a cluster on this store, each once. */
export function missingPackages(machine: Machine, store: 'embedded' | 'etcd'): string[] {
  const needed = store === 'etcd' ? [...always, ...forEtcd] : always;
  return [
    ...new Set(
      needed.filter(({ program }) => !findProgram(machine.path, program)).map((requirement) => requirement.package),
    ),
  ];
}

/** What to type for these packages. */
export function howToInstall(packages: readonly string[]): string {
  return `this machine lacks ${packages.join(', ')}: apt-get install --no-install-recommends ${packages.join(' ')}`;
}

function findProgram(path: readonly string[], program: string): boolean {
  const candidates = program.startsWith('/') ? [program] : path.map((folder) => join(folder, program));
  return candidates.some((candidate) => isExecutable(candidate));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why this machine cannot run a cluster with containers, in words, or undefined. */
export function unsuitable(machine: Machine): string | undefined {
  if (machine.platform !== 'linux') {
    return `Skiff runs containers on Linux, and this is ${machine.platform}. Use a Linux machine or a virtual one.`;
  }
  if (!machine.root)
    return 'Skiff makes network namespaces and starts containers, for which it must be root: run it with sudo.';
  return undefined;
}

export function thisMachine(environment: NodeJS.ProcessEnv): Machine {
  return {
    platform: process.platform,
    root: process.getuid?.() === 0,
    path: [...(environment['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'],
  };
}
