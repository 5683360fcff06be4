import { Kinds, type corev1 } from '@skiff/contracts';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { keyFrom } from '../shared/keys';
import { enqueue, onWrite } from '../shared/on-change';
import { isTerminating, writeIntoNamespace } from '../shared/namespaces';

/** The account that pods run under when they name none. */
export const defaultServiceAccount = 'default';

/**
 * Gives every namespace its `default` ServiceAccount, again when somebody deletes it.
 *
 * Retry: an API error with back-off. Upstream: pkg/controller/serviceaccount.
 */
export class ServiceAccountController implements Controller {
  readonly workers = 1;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    caches.of(Kinds.Namespace).subscribe(onWrite(enqueue(queue)));
    caches.of(Kinds.ServiceAccount).subscribe({
      deleted: (account, trace) => {
        if (account.metadata?.name === defaultServiceAccount) queue.add(account.metadata.namespace ?? '', trace);
      },
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client } = this.base;
    const namespace = caches.of(Kinds.Namespace).get(key);
    if (!namespace || isTerminating(namespace)) return done;
    if (caches.of(Kinds.ServiceAccount).get(keyFrom(key, defaultServiceAccount))) return done;
    const metadata = { name: defaultServiceAccount, namespace: key };
    const account: corev1.ServiceAccount = { kind: 'ServiceAccount', apiVersion: 'v1', metadata };
    await writeIntoNamespace(client.create(Kinds.ServiceAccount, account, { signal }));
    return done;
  }
}
