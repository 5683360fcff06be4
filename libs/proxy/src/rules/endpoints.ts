import type { corev1, discoveryv1 } from '@skiff/contracts';

/** Where connections to a Service end. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** On the node that the proxy serves. */
  readonly isLocal: boolean;
  /** The name of the pod behind it; absent when its slice does not say. */
  readonly pod?: string;
}

/** Where the proxy runs, as far as it decides which endpoints traffic prefers. */
export interface Place {
  readonly nodeName: string;
  /** `topology.kubernetes.io/zone` of the node; absent when it has none. */
  readonly zone?: string | undefined;
}

/** An endpoint that traffic may be sent to. */
export interface Candidate {
  readonly endpoint: Endpoint;
  readonly isReady: boolean;
  /** Terminating, and still able to answer. */
  readonly isServingToTheEnd: boolean;
  /** Nodes and zones whose traffic it is meant for; empty when nobody said. */
  readonly forNodes: readonly string[];
  readonly forZones: readonly string[];
}

/** Where the slices say that a port of a Service is served, in the order of their addresses. */
export function findEndpoints(
  slices: readonly discoveryv1.EndpointSlice[],
  port: corev1.ServicePort,
  nodeName: string,
): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const slice of slices) {
    const target = (slice.ports ?? []).find(
      (other) => (other.name ?? '') === (port.name ?? '') && (other.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    );
    if (target?.port === undefined) continue;
    for (const { addresses, conditions, nodeName: node, targetRef, hints } of slice.endpoints ?? []) {
      const address = addresses?.[0];
      if (address === undefined) continue;
      const isReady = conditions?.ready ?? true;
      const candidate = {
        endpoint: { address, port: target.port, isLocal: node === nodeName, ...podOf(targetRef) },
        isReady,
        isServingToTheEnd: conditions?.terminating === true && conditions.serving !== false,
        forNodes: (hints?.forNodes ?? []).map(({ name }) => name ?? ''),
        forZones: (hints?.forZones ?? []).map(({ name }) => name ?? ''),
      };
      // An endpoint that moves between slices is in both for a moment.
      const key = `${address}:${target.port}`;
      if (found.get(key)?.isReady !== true) found.set(key, candidate);
    }
  }
  return [...found.values()].sort((a, b) => compareEndpoints(a.endpoint, b.endpoint));
}

function podOf(target: corev1.ObjectReference | undefined): { pod?: string } {
  return target?.kind === 'Pod' && target.name ? { pod: target.name } : {};
}

/** The ready ones; when there are none, those that still serve while they terminate. */
export function usable(
  candidates: readonly Candidate[],
  choose: (ready: readonly Candidate[]) => readonly Candidate[] = (ready) => ready,
): Endpoint[] {
  const ready = candidates.filter((candidate) => candidate.isReady);
  const chosen = ready.length > 0 ? choose(ready) : candidates.filter((candidate) => candidate.isServingToTheEnd);
  return chosen.map((candidate) => candidate.endpoint);
}

/**
 * Those meant for this node, else those meant for its zone, else all. As upstream, hints
 * count only when every endpoint has them, so that none is left out by half of a roll-out.
 */
export function preferred(ready: readonly Candidate[], { nodeName, zone }: Place): readonly Candidate[] {
  if (ready.every(({ forNodes }) => forNodes.length > 0)) {
    const here = ready.filter(({ forNodes }) => forNodes.includes(nodeName));
    if (here.length > 0) return here;
  }
  if (zone !== undefined && ready.every(({ forZones }) => forZones.length > 0)) {
    const near = ready.filter(({ forZones }) => forZones.includes(zone));
    if (near.length > 0) return near;
  }
  return ready;
}

function compareEndpoints(a: Endpoint, b: Endpoint): number {
  return compareText(a.address, b.address) || a.port - b.port;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
