import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, release, totalmem } from 'node:os';
import type { corev1 } from '@skiff/contracts';
import type { RuntimeVersion } from '../runtime/runtime-info';
import { kubeletVersion } from './node-object';

const architectures: Record<string, string> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ppc64: 'ppc64le',
  s390x: 's390x',
};

/** Name of this machine's architecture as images and labels have it. */
export function architecture(): string {
  return architectures[arch()] ?? arch();
}

/** Identity and software of this machine. */
export async function systemInfo(runtime: RuntimeVersion): Promise<corev1.NodeSystemInfo> {
  const [machineID, systemUUID, bootID, osRelease] = await Promise.all([
    readLine('/etc/machine-id'),
    readLine('/sys/class/dmi/id/product_uuid'),
    readLine('/proc/sys/kernel/random/boot_id'),
    readFile('/etc/os-release', 'utf8').catch(() => ''),
  ]);
  return {
    machineID,
    systemUUID: systemUUID === '' ? machineID : systemUUID,
    bootID,
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? 'Linux',
    containerRuntimeVersion: `${runtime.name}://${runtime.version}`,
    kubeletVersion,
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: architecture(),
  };
}

export function cpuCount(): number {
  return availableParallelism();
}

export function memoryBytes(): number {
  return totalmem();
}

async function readLine(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}
