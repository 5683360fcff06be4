import type { Informer } from '@skiff/client-runtime';
import type { corev1 } from '@skiff/contracts';
import type { Logger } from '@skiff/platform';
import type { NodeSystem } from '../system/system';
import { writeCniConfig, type PodNetwork } from './cni';
import { podCidrs, podRoutes } from './routes';

export interface NetworkFollowerParts {
  readonly nodeName: string;
  /** All nodes of the cluster. */
  readonly nodes: Informer<corev1.Node>;
  readonly cniConfigDirectory: string;
  readonly network: Omit<PodNetwork, 'podCidrs'>;
  readonly system: Pick<NodeSystem, 'network'>;
  readonly logger: Logger;
  /** The runtime was told of a pod network that it did not know. */
  onConfigured(): void;
}

/** Keeps the pod network of a node connected to those of the other nodes. */
export class NetworkFollower {
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly parts: NetworkFollowerParts) {}

  /** Follows the nodes, one change after the other; returns how to stop. */
  start(): () => void {
    const change = (): void => {
      this.work = this.work.then(() => this.apply());
    };
    return this.parts.nodes.subscribe({ added: change, updated: change, deleted: change });
  }

  private async apply(): Promise<void> {
    const { cniConfigDirectory, logger, network, nodeName, nodes, system } = this.parts;
    const own = podCidrs(nodes.get(nodeName));
    try {
      if (own.length > 0 && (await writeCniConfig(cniConfigDirectory, { ...network, podCidrs: own }))) {
        logger.info('wrote the pod network', { podCidrs: own });
        this.parts.onConfigured();
      }
      await system.network.setRoutes(podRoutes(nodes.list(), nodeName));
      await system.network.setEgress(own, nodes.list().flatMap(podCidrs));
    } catch (error) {
      logger.error('the pod network could not be programmed', { error });
    }
  }
}
