import type { Client } from '@skiff/client';
import { Informer } from '@skiff/client-runtime';
import { Kinds, type corev1 } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';

export interface NodeInformersOptions {
  readonly client: Client;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a node follows of the API: its pods, and all nodes and Services. */
export class NodeInformers {
  readonly pods: Informer<corev1.Pod>;
  readonly nodes: Informer<corev1.Node>;
  readonly services: Informer<corev1.Service>;

  constructor({ client, nodeName, clock, logger }: NodeInformersOptions) {
    const follow = { clock, logger };
    this.pods = new Informer(client, Kinds.Pod, { ...follow, fieldSelector: `spec.nodeName=${nodeName}` });
    this.nodes = new Informer(client, Kinds.Node, follow);
    this.services = new Informer<corev1.Service>(client, Kinds.Service, {
      ...follow,
      indexers: { namespace: (service) => [service.metadata?.namespace ?? ''] },
    });
  }

  /** Those that pods of a namespace are told of: its own, and `kubernetes` of the default one. */
  servicesFor(namespace: string): corev1.Service[] {
    const master = this.services.get('default/kubernetes');
    const own = this.services.byIndex('namespace', namespace);
    return master === undefined || namespace === 'default' ? own : [...own, master];
  }
}
