import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Logger } from '@skiff/platform';
import { cpuPeriodMicroseconds, type CgroupLimits, type CgroupManager, type CgroupUsage } from '../cgroups';

/** The manager for the version of cgroups that is mounted at `mountpoint`. */
export function createCgroupManager(logger: Logger, mountpoint = '/sys/fs/cgroup'): CgroupManager {
  return existsSync(join(mountpoint, 'cgroup.controllers'))
    ? new CgroupV2(mountpoint, logger)
    : new CgroupV1(mountpoint, logger);
}

class CgroupV1 implements CgroupManager {
  constructor(
    private readonly mountpoint: string,
    private readonly logger: Logger,
  ) {}

  async create(path: string, limits: CgroupLimits): Promise<void> {
    const cpu = join(this.mountpoint, 'cpu', path);
    const memory = join(this.mountpoint, 'memory', path);
    await Promise.all([mkdir(cpu, { recursive: true }), mkdir(memory, { recursive: true })]);
    await writeFile(join(cpu, 'cpu.shares'), String(limits.cpuShares));
    if (limits.cpuQuota > 0) {
      await writeFile(join(cpu, 'cpu.cfs_period_us'), String(cpuPeriodMicroseconds));
      await writeFile(join(cpu, 'cpu.cfs_quota_us'), String(limits.cpuQuota));
    }
    if (limits.memoryBytes > 0) await writeFile(join(memory, 'memory.limit_in_bytes'), String(limits.memoryBytes));
  }

  async remove(path: string): Promise<void> {
    const hierarchies = await readdir(this.mountpoint);
    await Promise.all(hierarchies.map((name) => removeTree(join(this.mountpoint, name, path), this.logger)));
  }

  async usage(path: string): Promise<CgroupUsage | undefined> {
    const memory = join(this.mountpoint, 'memory', path);
    const cpu = await readNumber(join(this.mountpoint, 'cpuacct', path, 'cpuacct.usage'));
    const used = await readNumber(join(memory, 'memory.usage_in_bytes'));
    if (cpu === undefined || used === undefined) return undefined;
    const inactive = await readStat(join(memory, 'memory.stat'), 'total_inactive_file');
    return { cpuNanoseconds: cpu, memoryWorkingSetBytes: Math.max(0, used - inactive) };
  }
}

class CgroupV2 implements CgroupManager {
  constructor(
    private readonly mountpoint: string,
    private readonly logger: Logger,
  ) {}

  async create(path: string, limits: CgroupLimits): Promise<void> {
    const directory = join(this.mountpoint, path);
    await mkdir(directory, { recursive: true });
    const parents: string[] = [];
    for (let at = dirname(directory); at.startsWith(this.mountpoint); at = dirname(at)) {
      parents.unshift(at);
      if (at === this.mountpoint) break;
    }
    for (const parent of parents) await enableControllers(parent);
    // Shares of 2 to 262144 stand for weights of 1 to 10000.
    const weight = 1 + Math.floor(((limits.cpuShares - 2) * 9999) / 262142);
    await writeFile(join(directory, 'cpu.weight'), String(weight));
    if (limits.cpuQuota > 0) await writeFile(join(directory, 'cpu.max'), `${limits.cpuQuota} ${cpuPeriodMicroseconds}`);
    if (limits.memoryBytes > 0) await writeFile(join(directory, 'memory.max'), String(limits.memoryBytes));
  }

  remove(path: string): Promise<void> {
    return removeTree(join(this.mountpoint, path), this.logger);
  }

  async usage(path: string): Promise<CgroupUsage | undefined> {
    const directory = join(this.mountpoint, path);
    const used = await readNumber(join(directory, 'memory.current'));
    if (used === undefined) return undefined;
    const microseconds = await readStat(join(directory, 'cpu.stat'), 'usage_usec');
    const inactive = await readStat(join(directory, 'memory.stat'), 'inactive_file');
    return { cpuNanoseconds: microseconds * 1000, memoryWorkingSetBytes: Math.max(0, used - inactive) };
  }
}

async function enableControllers(directory: string): Promise<void> {
  const available = (await readFile(join(directory, 'cgroup.controllers'), 'utf8')).trim().split(' ');
  const file = join(directory, 'cgroup.subtree_control');
  const enabled = new Set((await readFile(file, 'utf8')).trim().split(' '));
  const missing = ['cpu', 'memory', 'pids'].filter((name) => available.includes(name) && !enabled.has(name));
  if (missing.length > 0) await writeFile(file, missing.map((name) => `+${name}`).join(' '));
}

async function removeTree(directory: string, logger: Logger): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return;
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(directory, entry.name), logger);
  await rmdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') logger.debug('a cgroup is still busy', { directory, error });
  });
}

async function readNumber(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.trim());
}

async function readStat(path: string, key: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}
