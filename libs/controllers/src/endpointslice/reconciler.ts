import { Kinds, type discoveryv1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { byController, controlledBy } from '../shared/indexers';
import { keyFrom } from '../shared/keys';
import { enqueue, onChange } from '../shared/on-change';
import { isNamespaceTerminating } from '../shared/namespaces';
import { isDeleting } from '../shared/pods';
import { hasSelector, podsOfService, wakeServicesOfPods } from '../shared/service-endpoints';
import { managedByLabel, serviceNameLabel, SliceControl } from '../shared/slice-control';
import { TriggerTimes } from '../shared/trigger-times';
import { planSlices } from './plan';
import { managerName } from './slices';

/** Upstream's --max-endpoints-per-slice. */
export const defaultMaxEndpoints = 100;

/**
 * Shows the pods that a Service selects, with their state, in EndpointSlices.
 *
 * Retry: an API error, a conflict included, with back-off, after event
 * FailedToUpdateEndpointSlices. Slices that it created have to show in the cache
 * before it acts again. Upstream: pkg/controller/endpointslice.
 */
export class EndpointSliceController implements Controller {
  readonly workers = 5;
  private readonly slices: SliceControl;
  private readonly triggerTimes = new TriggerTimes();

  constructor(
    private readonly base: ControllerBase,
    private readonly maxEndpoints = defaultMaxEndpoints,
  ) {
    this.slices = new SliceControl(base, serviceKey);
  }

  watch(queue: Queue): void {
    const { caches } = this.base;
    const services = caches.of(Kinds.Service);
    services.subscribe(onChange(enqueue(queue)));
    wakeServicesOfPods(caches.of(Kinds.Pod), services, queue);
    this.slices.watch(queue);
    // For the zones of endpoints.
    caches.of(Kinds.Node).subscribe({});
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches } = this.base;
    const service = caches.of(Kinds.Service).get(key);
    if (!service || isDeleting(service)) {
      // Its slices go with it, by garbage collection.
      this.triggerTimes.forget(key);
      this.slices.forget(key);
      return done;
    }
    if (!hasSelector(service) || !this.slices.isSettled(key)) return done;
    const nodes = caches.of(Kinds.Node);
    const pods = podsOfService(caches.of(Kinds.Pod), service);
    const slices = caches
      .of(Kinds.EndpointSlice)
      .byIndex(byController, controlledBy(service))
      .filter((slice) => slice.metadata?.labels?.[managedByLabel] === managerName && !isDeleting(slice));
    const plan = planSlices({
      service,
      pods,
      slices,
      nodeOf: (name) => nodes.get(name),
      maxEndpoints: this.maxEndpoints,
      triggerTime: this.triggerTimes.next(key, service, pods),
    });
    try {
      await this.slices.write(key, plan, signal);
    } catch (error) {
      if (isNamespaceTerminating(error)) return done;
      if (!hasReason(error, 'Conflict')) {
        this.base.recorder.event(
          service,
          'Warning',
          'FailedToUpdateEndpointSlices',
          `Error updating Endpoint Slices for Service ${key}: ${(error as Error).message}`,
        );
      }
      throw error;
    }
    const onUnknownNode = pods.some((pod) => pod.spec?.nodeName && !nodes.get(pod.spec.nodeName));
    return onUnknownNode ? { requeueAfter: 1_000 } : done;
  }
}

function serviceKey(slice: discoveryv1.EndpointSlice): string | undefined {
  const labels = slice.metadata?.labels;
  if (labels?.[managedByLabel] !== managerName || !labels[serviceNameLabel]) return undefined;
  return keyFrom(slice.metadata?.namespace, labels[serviceNameLabel]);
}
