import { Kinds, type corev1 } from '@skiff/contracts';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { keyOf } from '../shared/keys';
import { CidrSet } from './plan';

export interface NodeIpamOptions {
  /** The range of all pods, such as 10.244.0.0/16. */
  readonly clusterCidr: string;
  /** Prefix length of each node's range. */
  readonly nodePrefix: number;
}

/**
 * Gives every node a pod range of its own out of the cluster's, and takes it back when
 * the node is deleted.
 *
 * Retry: an API error with back-off, with the same range; no free range likewise,
 * after event CIDRNotAvailable. One worker, so that no range is given twice.
 * Upstream: pkg/controller/nodeipam, range allocator.
 */
export class NodeIpamController implements Controller {
  readonly workers = 1;
  private readonly ranges: CidrSet;

  constructor(
    private readonly base: ControllerBase,
    options: NodeIpamOptions,
  ) {
    this.ranges = new CidrSet(options.clusterCidr, options.nodePrefix);
  }

  watch(queue: Queue): void {
    this.base.caches.of(Kinds.Node).subscribe({
      added: (node, trace) => {
        this.occupy(node);
        queue.add(keyOf(node), trace);
      },
      updated: (_old, node, trace) => {
        this.occupy(node);
        if (!node.spec?.podCIDR) queue.add(keyOf(node), trace);
      },
      deleted: (node) => this.ranges.release(keyOf(node)),
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const node = this.base.caches.of(Kinds.Node).get(key);
    if (!node || node.spec?.podCIDR) return done;
    const podCIDR = this.ranges.allocate(key);
    if (podCIDR === undefined) {
      this.base.recorder.event(node, 'Normal', 'CIDRNotAvailable', `Node ${key} status is now: CIDRNotAvailable`);
      throw new Error(`no free range for node ${key}`);
    }
    const patch = { metadata: { uid: node.metadata?.uid }, spec: { podCIDR, podCIDRs: [podCIDR] } };
    await this.base.client.patch(Kinds.Node, { name: key }, 'merge', patch, { signal });
    return done;
  }

  private occupy(node: corev1.Node): void {
    for (const cidr of node.spec?.podCIDRs ?? []) {
      if (!cidr.includes(':')) this.ranges.occupy(keyOf(node), cidr);
    }
  }
}
