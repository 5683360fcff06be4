import { readFile, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import type { Machine } from '../machine';

export const linuxMachine: Machine = {
  async memoryAvailableBytes() {
    const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
    const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
    return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
  },
  async storage(directory) {
    const { blocks, bsize, bavail } = await statfs(directory);
    return { bytes: blocks * bsize, availableFraction: blocks === 0 ? 1 : bavail / blocks };
  },
  async hasAppArmor() {
    const enabled = await readFile('/sys/module/apparmor/parameters/enabled', 'utf8').catch(() => '');
    return enabled.startsWith('Y');
  },
};
