import type { corev1 } from '@skiff/contracts';
import { NodeInfo } from './node-info';
import { PodCounters, type PodCounter } from './pod-counter';
import type { PodInfo } from './pod-info';
import { TermIndex } from './term-index';

type Labels = Readonly<Record<string, string>>;

/**
 * Nodes and the pods placed on them, changed by events and by decisions of the
 * scheduler. A scheduling cycle runs without a break, so it reads this directly: what
 * upstream copies into a snapshot for each cycle is never copied here.
 */
export class ClusterState {
  private readonly infos = new Map<string, NodeInfo>();
  private readonly placed = new Map<string, string>();
  private readonly namespaces = new Map<string, Labels>();
  private readonly counters = new PodCounters();
  private order: NodeInfo[] | undefined;

  /** What placed pods ask of others. */
  readonly carriedAntiAffinity = new TermIndex((pod) => pod.requiredAntiAffinity);
  readonly carriedAffinity = new TermIndex((pod) => pod.requiredAffinity);
  readonly carriedPreferredAffinity = new TermIndex((pod) => pod.preferredAffinity);
  readonly carriedPreferredAntiAffinity = new TermIndex((pod) => pod.preferredAntiAffinity);
  private readonly indexes = [
    this.carriedAntiAffinity,
    this.carriedAffinity,
    this.carriedPreferredAffinity,
    this.carriedPreferredAntiAffinity,
  ];

  /** By image name: on how many nodes it is. */
  readonly imageSpread = new Map<string, number>();
  /** By label key and value: how many nodes carry it, for keys that have been asked for. */
  private readonly domains = new Map<string, Map<string, number>>();

  /** All nodes, taken from the zones in turn. */
  get nodes(): readonly NodeInfo[] {
    return (this.order ??= interleave([...this.infos.values()].filter(({ node }) => node)));
  }

  node(name: string): NodeInfo | undefined {
    return this.infos.get(name);
  }

  /** The node that a pod is placed on, by the pod's key. */
  placeOf(podKey: string): string | undefined {
    return this.placed.get(podKey);
  }

  setNode(node: corev1.Node): void {
    const name = node.metadata?.name ?? '';
    const info = this.infos.get(name) ?? new NodeInfo(name, undefined);
    this.infos.set(name, info);
    const before = info.node;
    const moved = JSON.stringify(before?.metadata?.labels ?? {}) !== JSON.stringify(node.metadata?.labels ?? {});
    this.countImages(info, -1);
    if (moved || !before) {
      this.countAll(info, -1);
      if (before) this.countDomains(info, -1);
      info.setNode(node);
      this.countAll(info, 1);
      this.countDomains(info, 1);
      this.order = undefined;
    } else info.setNode(node);
    this.countImages(info, 1);
  }

  removeNode(name: string): void {
    const info = this.infos.get(name);
    if (!info?.node) return;
    this.countImages(info, -1);
    this.countDomains(info, -1);
    this.countAll(info, -1);
    info.setNode(undefined);
    this.order = undefined;
    if (info.pods.size === 0) this.infos.delete(name);
  }

  /** Places a pod, wherever it was before. */
  addPod(pod: PodInfo, nodeName: string): void {
    this.removePod(pod.key);
    let info = this.infos.get(nodeName);
    if (!info) this.infos.set(nodeName, (info = new NodeInfo(nodeName, undefined)));
    info.addPod(pod);
    this.placed.set(pod.key, nodeName);
    this.count(pod, info, 1);
  }

  removePod(key: string): PodInfo | undefined {
    const name = this.placed.get(key);
    const info = name === undefined ? undefined : this.infos.get(name);
    const pod = info?.removePod(key);
    if (!info || !pod) return undefined;
    this.placed.delete(key);
    this.count(pod, info, -1);
    if (!info.node && info.pods.size === 0) this.infos.delete(info.name);
    return pod;
  }

  namespaceLabels(name: string): Labels | undefined {
    return this.namespaces.get(name);
  }

  setNamespace(name: string, labels: Labels | undefined): void {
    if (labels) this.namespaces.set(name, labels);
    else this.namespaces.delete(name);
    this.counters.namespaceChanged();
  }

  /** A count of pods by domain that is kept up to date from now on; `key` names what it counts. */
  counter(key: string, make: () => PodCounter): PodCounter {
    return this.counters.get(key, make, this.infos.values());
  }

  /** The values of a label among all nodes, with how many nodes carry each. */
  domainsOf(key: string): ReadonlyMap<string, number> {
    let values = this.domains.get(key);
    if (!values) {
      this.domains.set(key, (values = new Map()));
      for (const { labels } of this.nodes) {
        const value = labels[key];
        if (value !== undefined) values.set(value, (values.get(value) ?? 0) + 1);
      }
    }
    return values;
  }

  private countDomains(info: NodeInfo, by: 1 | -1): void {
    for (const [key, values] of this.domains) {
      const value = info.labels[key];
      if (value === undefined) continue;
      const next = (values.get(value) ?? 0) + by;
      if (next === 0) values.delete(value);
      else values.set(value, next);
    }
  }

  private countImages(info: NodeInfo, by: 1 | -1): void {
    for (const name of info.images.keys()) {
      const next = (this.imageSpread.get(name) ?? 0) + by;
      if (next === 0) this.imageSpread.delete(name);
      else this.imageSpread.set(name, next);
    }
  }

  private countAll(info: NodeInfo, by: 1 | -1): void {
    for (const pod of info.pods.values()) this.count(pod, info, by);
  }

  private count(pod: PodInfo, info: NodeInfo, by: 1 | -1): void {
    this.counters.change(pod, info, by);
    for (const index of this.indexes) index.change(pod, info, by);
  }
}

/** Nodes of different zones in turn, so that looking at a part of them covers all zones. */
function interleave(infos: NodeInfo[]): NodeInfo[] {
  const zones = new Map<string, NodeInfo[]>();
  for (const info of infos) {
    const zone = `${info.labels['topology.kubernetes.io/region'] ?? ''}/${info.labels['topology.kubernetes.io/zone'] ?? ''}`;
    const members = zones.get(zone);
    if (members) members.push(info);
    else zones.set(zone, [info]);
  }
  if (zones.size <= 1) return infos;
  const order: NodeInfo[] = [];
  const lists = [...zones.values()];
  for (let index = 0; order.length < infos.length; index += 1)
    for (const members of lists) if (members[index]) order.push(members[index] as NodeInfo);
  return order;
}
