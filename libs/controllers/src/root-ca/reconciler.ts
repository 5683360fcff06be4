import { Kinds, type corev1 } from '@skiff/contracts';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { keyFrom } from '../shared/keys';
import { enqueue, onWrite } from '../shared/on-change';
import { isTerminating, writeIntoNamespace } from '../shared/namespaces';
import { semanticEqual } from '../shared/semantic-equal';

/** The ConfigMap in every namespace from which pods learn which CA to trust. */
export const rootCaConfigMap = 'kube-root-ca.crt';

const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/**
 * Keeps the cluster's CA bundle in ConfigMap `kube-root-ca.crt` of every namespace,
 * whatever anybody does to it.
 *
 * Retry: an API error with back-off. Upstream: pkg/controller/certificates/rootcacertpublisher.
 */
export class RootCaPublisher implements Controller {
  readonly workers = 1;

  constructor(
    private readonly base: ControllerBase,
    /** PEM. */
    private readonly rootCa: string,
  ) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    caches.of(Kinds.Namespace).subscribe(onWrite(enqueue(queue)));
    const wake = (map: corev1.ConfigMap, trace: Trace): void => {
      if (map.metadata?.name === rootCaConfigMap) queue.add(map.metadata.namespace ?? '', trace);
    };
    caches.of(Kinds.ConfigMap).subscribe({ updated: (_old, map, trace) => wake(map, trace), deleted: wake });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client } = this.base;
    const namespace = caches.of(Kinds.Namespace).get(key);
    if (!namespace || isTerminating(namespace)) return done;
    const current = caches.of(Kinds.ConfigMap).get(keyFrom(key, rootCaConfigMap));
    const annotations = { ...current?.metadata?.annotations, 'kubernetes.io/description': description };
    const wanted: corev1.ConfigMap = {
      ...(current ?? { kind: 'ConfigMap', apiVersion: 'v1' }),
      metadata: { ...(current?.metadata ?? { name: rootCaConfigMap, namespace: key }), annotations },
      data: { 'ca.crt': this.rootCa },
    };
    if (current && semanticEqual(current, wanted)) return done;
    await writeIntoNamespace(
      current ? client.update(Kinds.ConfigMap, wanted, { signal }) : client.create(Kinds.ConfigMap, wanted, { signal }),
    );
    return done;
  }
}
