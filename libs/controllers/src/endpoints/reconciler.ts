import { Kinds } from '@skiff/contracts';
import { isOvertaken } from '@skiff/client-runtime';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { keyOf, parseKey } from '../shared/keys';
import { unlessNotFound } from '../shared/not-found';
import { enqueue, onChange } from '../shared/on-change';
import { isNamespaceTerminating } from '../shared/namespaces';
import { hasSelector, podsOfService, wakeServicesOfPods } from '../shared/service-endpoints';
import { TriggerTimes } from '../shared/trigger-times';
import { planEndpoints } from './plan';

/**
 * Shows the ready and other pods of a Service in the Endpoints object of its name,
 * which older clients read instead of EndpointSlices.
 *
 * Retry: an API error, a conflict included, with back-off, after event
 * FailedToUpdateEndpoint. Upstream: pkg/controller/endpoint.
 */
export class EndpointsController implements Controller {
  readonly workers = 5;
  private readonly triggerTimes = new TriggerTimes();

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    const services = caches.of(Kinds.Service);
    services.subscribe(onChange(enqueue(queue)));
    wakeServicesOfPods(caches.of(Kinds.Pod), services, queue);
    caches.of(Kinds.Endpoints).subscribe({ deleted: (endpoints, trace) => queue.add(keyOf(endpoints), trace) });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client } = this.base;
    const service = caches.of(Kinds.Service).get(key);
    const current = caches.of(Kinds.Endpoints).get(key);
    if (!service) {
      this.triggerTimes.forget(key);
      if (current) await unlessNotFound(client.delete(Kinds.Endpoints, parseKey(key), {}, { signal }));
      return done;
    }
    if (!hasSelector(service)) return done;
    const pods = podsOfService(caches.of(Kinds.Pod), service);
    const wanted = planEndpoints(service, pods, current, this.triggerTimes.next(key, service, pods));
    if (!wanted) return done;
    try {
      if (current) await client.update(Kinds.Endpoints, wanted, { signal });
      else await client.create(Kinds.Endpoints, wanted, { signal });
    } catch (error) {
      if (isNamespaceTerminating(error)) return done;
      if (!isOvertaken(error)) {
        const message = `Failed to ${current ? 'update' : 'create'} endpoint ${key}: ${(error as Error).message}`;
        this.base.recorder.event(
          wanted,
          'Warning',
          current ? 'FailedToUpdateEndpoint' : 'FailedToCreateEndpoint',
          message,
        );
      }
      throw error;
    }
    return done;
  }
}
