import type { ApiObject } from '@skiff/apimachinery';
import type { ServedResource } from '@skiff/client';
import { Kinds, type corev1, type ResourceId } from '@skiff/contracts';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { followResources, isCollectable } from '../shared/followed-resources';
import { byNamespace } from '../shared/indexers';
import { keyOf } from '../shared/keys';
import { unlessNotFound } from '../shared/not-found';
import { semanticEqual } from '../shared/semantic-equal';
import { changesUsage, namesResource, planStatus } from './plan';

/** How often everything is counted again, as upstream (milliseconds). */
const resyncPeriod = 5 * 60_000;
/** New objects were counted when they were admitted; after this they are counted once more, many at once (milliseconds). */
const recountDelay = 5_000;

/** Upstream: GetQuotableResources of pkg/controller/resourcequota. */
const isCounted = (served: ServedResource): boolean =>
  served.resource.namespaced && served.verbs.includes('create') && isCollectable(served);

const usageMayChange = new Set<ResourceId<ApiObject>>([Kinds.Pod, Kinds.Service, Kinds.PersistentVolumeClaim]);

/**
 * Counts what is used of every ResourceQuota. The API server counts up as it admits; this
 * counts anew when objects go or change, and now and then, so that what was counted for
 * writes that failed is free again.
 *
 * Retry: an API error, a conflict with the API server's counting included, with back-off.
 * Upstream: pkg/controller/resourcequota.
 */
export class ResourceQuotaController implements Controller {
  readonly workers = 5;
  readonly startsIncomplete = true;
  /** By group and plural name. */
  private readonly counted = new Map<string, ResourceId<ApiObject>>();

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
    const recountUpdated =
      (resource: ResourceId<ApiObject>) =>
      (old: ApiObject, object: ApiObject, trace: Trace): void => {
        for (const quota of quotasOf(object))
          if (changesUsage(quota, resource, old, object)) queue.add(keyOf(quota), trace);
      };
    followResources(this.base.resources, isCounted, (resource) => {
      const name = `${resource.group}/${resource.plural}`;
      this.counted.set(name, resource);
      for (const quota of quotas.list()) if (namesResource(quota, resource)) queue.addAfter(keyOf(quota), recountDelay);
      const leave = caches.of(resource).subscribe({
        added: (object) => {
          for (const quota of quotasOf(object)) queue.addAfter(keyOf(quota), recountDelay);
        },
        ...(usageMayChange.has(resource) && { updated: recountUpdated(resource) }),
        deleted: recount,
      });
      return () => {
        this.counted.delete(name);
        leave();
      };
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client } = this.base;
    const quota = caches.of(Kinds.ResourceQuota).get(key);
    if (!quota) return done;
    const namespace = quota.metadata?.namespace ?? '';
    const status = planStatus(quota, (group, plural) => {
      const resource = this.counted.get(`${group}/${plural}`);
      return resource && caches.of(resource).byIndex(byNamespace, namespace);
    });
    if (!semanticEqual(quota.status, status))
      await unlessNotFound(client.update(Kinds.ResourceQuota, { ...quota, status }, { subresource: 'status', signal }));
    return { requeueAfter: resyncPeriod };
  }
}
