import type { corev1 } from '@skiff/contracts';
import { quantityToNumber } from '@skiff/apimachinery';
import { portsCollide, type HostPort } from '@skiff/resources';
import type { PodInfo } from './pod-info';
import { accumulate, noResources, parseResources, type Resources } from './resources';

/** A node with its pods and what is left of it. */
export class NodeInfo {
  readonly pods = new Map<string, PodInfo>();
  requested: Resources = noResources();
  scoredRequested: Resources = noResources();
  allocatable: Resources = noResources();
  allowedPods = 0;
  /** By image name: its size in bytes. */
  images: ReadonlyMap<string, number> = new Map();
  /** Raised whenever anything here changes. */
  generation = 0;

  constructor(
    readonly name: string,
    /** Absent when only pods of this node are known so far. */
    public node: corev1.Node | undefined,
  ) {
    if (node) this.setNode(node);
  }

  get labels(): Readonly<Record<string, string>> {
    return this.node?.metadata?.labels ?? {};
  }

  get taints(): readonly corev1.Taint[] {
    return this.node?.spec?.taints ?? [];
  }

  setNode(node: corev1.Node | undefined): void {
    this.node = node;
    this.allocatable = parseResources(node?.status?.allocatable);
    this.allowedPods = quantityToNumber(node?.status?.allocatable?.['pods'] ?? '0');
    const images = new Map<string, number>();
    for (const image of node?.status?.images ?? [])
      for (const name of image.names ?? []) images.set(name, image.sizeBytes ?? 0);
    this.images = images;
    this.generation += 1;
  }

  addPod(pod: PodInfo): void {
    this.pods.set(pod.key, pod);
    accumulate(this.requested, pod.requests);
    accumulate(this.scoredRequested, pod.scoredRequests);
    this.generation += 1;
  }

  removePod(key: string): PodInfo | undefined {
    const pod = this.pods.get(key);
    if (!pod) return undefined;
    this.pods.delete(key);
    accumulate(this.requested, pod.requests, -1);
    accumulate(this.scoredRequested, pod.scoredRequests, -1);
    this.generation += 1;
    return pod;
  }

  /** Whether one of these ports is taken here already. */
  hasPortConflict(wanted: readonly HostPort[]): boolean {
    for (const pod of this.pods.values())
      for (const used of pod.hostPorts) if (wanted.some((port) => portsCollide(port, used))) return true;
    return false;
  }

  /** A copy to try changes on. */
  copy(): NodeInfo {
    const copy = new NodeInfo(this.name, this.node);
    for (const pod of this.pods.values()) copy.addPod(pod);
    copy.generation = this.generation;
    return copy;
  }
}
