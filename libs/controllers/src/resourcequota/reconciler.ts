import { hasReason, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type corev1, type Kind } from '@skiff/contracts';
import {
  done,
  type Controller,
  type ControllerBase,
  type Queue,
  type ReconcileContext,
  type Result,
  type Trace,
} from '../shared/context';
import { byNamespace } from '../shared/indexers';
import { keyOf } from '../shared/keys';
import { storedKinds } from '../shared/kinds';
import { semanticEqual } from '../shared/semantic-equal';
import { changesUsage, planStatus } from './plan';

/** How often everything is counted again, as upstream (milliseconds). */
const resyncPeriod = 5 * 60_000;
/** New objects were counted when they were admitted; after this they are counted once more, many at once (milliseconds). */
const recountDelay = 5_000;

const countedKinds = storedKinds.filter((kind) => kind.namespaced && kind !== Kinds.Event);

const usageMayChange = new Set<Kind<ApiObject>>([Kinds.Pod, Kinds.Service, Kinds.PersistentVolumeClaim]);

/**
 * Counts what is used of every ResourceQuota. The API server counts up as it admits; this
 * counts anew when objects go or change, and now and then, so that what was counted for
 * writes that failed is free again.
 *
 * Retry: an API error, a conflict with the API server's counting included, with back-off.
 * Upstream: pkg/controller/resourcequota.
 */
export class ResourceQuotaController implements Controller {
  readonly name = 'resourcequota-controller';
  readonly workers = 5;
  readonly startsIncomplete = true;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    const quotas = caches.of(Kinds.ResourceQuota);
    quotas.subscribe({
      added: (quota, trace) => queue.add(keyOf(quota), trace),
      updated: (old, quota, trace) => {
        if (!semanticEqual(old.spec, quota.spec)) queue.add(keyOf(quota), trace);
      },
    });
    const quotasOf = ({ metadata }: ApiObject): readonly corev1.ResourceQuota[] =>
      quotas.byIndex(byNamespace, metadata?.namespace ?? '');
    const recount = (object: ApiObject, trace: Trace): void => {
      for (const quota of quotasOf(object)) queue.add(keyOf(quota), trace);
    };
    for (const kind of countedKinds)
      caches.of(kind).subscribe({
        added: (object) => {
          for (const quota of quotasOf(object)) queue.addAfter(keyOf(quota), recountDelay);
        },
        ...(usageMayChange.has(kind)
          ? {
              updated: (old: ApiObject, object: ApiObject, trace: Trace) => {
                for (const quota of quotasOf(object))
                  if (changesUsage(quota, kind, old, object)) queue.add(keyOf(quota), trace);
              },
            }
          : {}),
        deleted: recount,
      });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client } = this.base;
    const quota = caches.of(Kinds.ResourceQuota).get(key);
    if (!quota) return done;
    const namespace = quota.metadata?.namespace ?? '';
    const status = planStatus(quota, (group, plural) => {
      const kind = countedKinds.find((one) => one.group === group && one.plural === plural);
      return kind && caches.of(kind).byIndex(byNamespace, namespace);
    });
    if (!semanticEqual(quota.status, status))
      try {
        await client.update(Kinds.ResourceQuota, { ...quota, status }, { subresource: 'status', signal });
      } catch (error) {
        if (!hasReason(error, 'NotFound')) throw error;
      }
    return { requeueAfter: resyncPeriod };
  }
}
