import type { CycleState } from '../../framework/cycle-state';
import { maxNodeScore, type PluginContext, type ScorePlugin } from '../../framework/plugin';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';

const megabyte = 1024 * 1024;
const smallest = 23 * megabyte;
const largestPerContainer = 1000 * megabyte;

/** Prefers nodes that have the pod's images already. */
export class ImageLocality implements ScorePlugin {
  readonly name = 'ImageLocality';

  constructor(private readonly context: PluginContext) {}

  score(_cycle: CycleState, { pod }: PodInfo, node: NodeInfo): number {
    if (node.images.size === 0) return 0;
    const { state } = this.context;
    const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
    let sum = 0;
    for (const { image = '' } of containers) {
      const name = withTag(image);
      const size = node.images.get(name);
      // An image that few nodes have must not draw all of its pods to them.
      if (size !== undefined) sum += Math.floor((size * (state.imageSpread.get(name) ?? 0)) / state.nodes.length);
    }
    const largest = largestPerContainer * containers.length;
    const bounded = Math.min(Math.max(sum, smallest), largest);
    return Math.floor((maxNodeScore * (bounded - smallest)) / (largest - smallest));
  }
}

function withTag(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}
