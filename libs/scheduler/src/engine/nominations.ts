import type { PodInfo } from '../snapshot/pod-info';

/** Pods that wait for room that preemption is making for them, by node. */
export class Nominations {
  private readonly byNode = new Map<string, Map<string, PodInfo>>();
  private readonly nodes = new Map<string, string>();

  get isEmpty(): boolean {
    return this.nodes.size === 0;
  }

  on(node: string): PodInfo[] {
    return [...(this.byNode.get(node)?.values() ?? [])];
  }

  set(pod: PodInfo, node: string): void {
    this.remove(pod.key);
    this.nodes.set(pod.key, node);
    const pods = this.byNode.get(node) ?? new Map<string, PodInfo>();
    this.byNode.set(node, pods.set(pod.key, pod));
  }

  remove(key: string): void {
    const node = this.nodes.get(key);
    if (node === undefined) return;
    this.nodes.delete(key);
    const pods = this.byNode.get(node);
    pods?.delete(key);
    if (pods?.size === 0) this.byNode.delete(node);
  }
}
