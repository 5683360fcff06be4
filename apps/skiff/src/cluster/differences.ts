import { isDeepStrictEqual } from 'node:util';
import { rangesOf } from '../network/network';
import { nodeRangeOf, type ClusterRequest } from './plan';
import type { ClusterState } from './state';

/** What a cluster is not that somebody wants it to be, a line each; what is left out is as it is. */
export function differences(cluster: ClusterState, wanted: Partial<ClusterRequest>): string[] {
  const ranges = rangesOf(cluster);
  const compared: readonly (readonly [string, unknown, unknown])[] = [
    ['the store', cluster.store, wanted.store],
    ['the address', cluster.isOpen ? cluster.gateway : 'none', wanted.address],
    ['the network of nodes', nodeRangeOf(cluster), wanted.nodeRange],
    ['the network of pods', ranges.pods, wanted.podRange],
    ['the network of Services', ranges.services, wanted.serviceRange],
    ['the port of the API server', cluster.apiPort, wanted.apiPort],
    ['the first port of the other services', cluster.basePort, wanted.basePort],
    ['settings of services', cluster.settings ?? {}, wanted.settings],
  ];
  return [
    ...compared
      .filter(([, is, want]) => want !== undefined && !isDeepStrictEqual(is, want))
      .map(([what, is, want]) => `${what}: ${shown(is)}, not ${shown(want)}`),
    ...nodeDifferences(cluster, wanted),
  ];
}

function nodeDifferences({ nodes }: ClusterState, wanted: Partial<ClusterRequest>): string[] {
  if (wanted.nodes === undefined) return [];
  if (wanted.nodes.length !== nodes.length)
    return [
      `nodes: ${nodes.length}, not ${wanted.nodes.length}; \`skiff node add\` and \`skiff node remove\` change that`,
    ];
  return wanted.nodes.flatMap(({ name, labels, taints }, index) => {
    const node = nodes[index];
    const same =
      (name ?? node?.name) === node?.name &&
      isDeepStrictEqual(labels ?? {}, node?.labels ?? {}) &&
      isDeepStrictEqual(taints ?? [], node?.taints ?? []);
    return same ? [] : [`node ${node?.name}: its name, labels or taints`];
  });
}

const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
