import { join } from 'node:path';
import type { ComponentParts } from '@skiff/component-base';
import {
  hollowSystem,
  KubeletMetrics,
  kubeletService,
  SimulatedRuntime,
  type KubeletService,
  type NodeFacts,
} from '@skiff/kubelet';

const memoryBytes = 32 * 2 ** 30;
const storageBytes = 256 * 2 ** 30;

/** What every hollow node says of itself, whatever the machine is like. */
const facts: Omit<NodeFacts, 'name' | 'ips'> = {
  labels: {},
  taints: [],
  port: 10250,
  cpuCount: 8,
  memoryBytes,
  storageBytes,
  maxPods: 110,
  architecture: 'amd64',
  system: { operatingSystem: 'linux', architecture: 'amd64' },
};

/** The kubelet of a node on which nothing really runs: its containers do what a simulated runtime says. */
export function hollowNode(parts: ComponentParts, index: number, directory: string): KubeletService {
  const name = hollowNodeName(index);
  const { clock, random } = parts;
  return kubeletService(parts, {
    facts: { ...facts, name, ips: [`192.168.${index >> 8}.${index & 255}`] },
    runtime: new SimulatedRuntime({ clock, random, addressPrefix: `10.${128 + (index >> 8)}.${index & 255}` }),
    rootDirectory: join(directory, name),
    cniConfigDirectory: join(directory, name, 'cni'),
    bridge: 'cni0',
    mtu: 0,
    cgroupRoot: '/kubepods',
    dns: { servers: ['10.96.0.10'], domain: 'cluster.local', host: { servers: [], searches: [], options: [] } },
    system: hollowSystem({ memoryBytes, storageBytes }),
    metrics: new KubeletMetrics(parts.metrics),
  });
}

/** Nodes are counted from 1. */
export function hollowNodeName(index: number): string {
  return `node-${index}`;
}
