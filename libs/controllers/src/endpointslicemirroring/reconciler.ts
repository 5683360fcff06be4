import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { byNamespace } from '../shared/indexers';
import { keyFrom, keyOf, parseKey } from '../shared/keys';
import { enqueue, onChange } from '../shared/on-change';
import { isNamespaceTerminating } from '../shared/namespaces';
import { isDeleting } from '../shared/pods';
import { managedByLabel, serviceNameLabel, SliceControl, type SlicePlan } from '../shared/slice-control';
import { desiredGroups, type Desired } from './desired';
import { managerName, planMirror, wantsMirror } from './plan';

/** Addresses of a subset that are mirrored, as upstream. */
export const defaultMaxEndpointsPerSubset = 1000;

/**
 * Mirrors Endpoints that somebody wrote for a Service without a selector into EndpointSlices,
 * which is where everybody looks. Keys are those of Endpoints and of their Services.
 *
 * Retry: an API error with back-off. While slices that it made have not shown in its cache
 * it waits for them. Upstream: pkg/controller/endpointslicemirroring.
 */
export class EndpointSliceMirroringController implements Controller {
  readonly workers = 5;
  private readonly slices: SliceControl;

  constructor(
    private readonly base: ControllerBase,
    private readonly maxPerSubset = defaultMaxEndpointsPerSubset,
  ) {
    this.slices = new SliceControl(base, mirroredKey);
  }

  watch(queue: Queue): void {
    const { caches } = this.base;
    caches.of(Kinds.Endpoints).subscribe(onChange(enqueue(queue)));
    const hasSelector = ({ spec }: corev1.Service): boolean => spec?.selector !== undefined;
    caches.of(Kinds.Service).subscribe({
      added: (service, trace) => {
        if (!hasSelector(service)) queue.add(keyOf(service), trace);
      },
      updated: (old, service, trace) => {
        if (hasSelector(old) !== hasSelector(service)) queue.add(keyOf(service), trace);
      },
      deleted: (service, trace) => queue.add(keyOf(service), trace),
    });
    this.slices.watch(queue);
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches } = this.base;
    if (!this.slices.isSettled(key)) return done;
    const { namespace = '' } = parseKey(key);
    const slices = caches
      .of(Kinds.EndpointSlice)
      .byIndex(byNamespace, namespace)
      .filter((slice) => mirroredKey(slice) === key && !isDeleting(slice));
    const endpoints = this.mirrored(key);
    const plan = endpoints ? this.plan(endpoints, slices) : { create: [], update: [], remove: slices };
    const isGoing = endpoints !== undefined && isDeleting(endpoints);
    try {
      await this.slices.write(key, isGoing ? { ...plan, create: [] } : plan, signal);
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error;
    }
    return done;
  }

  /** The Endpoints that are to be mirrored; undefined when their slices, if there are any, have to go. */
  private mirrored(key: string): corev1.Endpoints | undefined {
    const { caches } = this.base;
    const endpoints = caches.of(Kinds.Endpoints).get(key);
    const service = caches.of(Kinds.Service).get(key);
    if (!endpoints || !wantsMirror(endpoints) || !service || service.spec?.selector !== undefined) return undefined;
    return endpoints;
  }

  private plan(endpoints: corev1.Endpoints, slices: readonly discoveryv1.EndpointSlice[]): SlicePlan {
    const desired = desiredGroups(endpoints, this.maxPerSubset);
    this.report(endpoints, desired);
    return planMirror(endpoints, desired.groups, slices);
  }

  private report(endpoints: corev1.Endpoints, { invalid, skipped }: Desired): void {
    const warn = (reason: string, message: string): void =>
      this.base.recorder.event(endpoints, 'Warning', reason, message);
    if (invalid > 0)
      warn('InvalidIPAddress', `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`);
    if (skipped > invalid)
      warn(
        'TooManyAddressesToMirror',
        `A max of ${this.maxPerSubset} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`,
      );
  }
}

/** The key of the Endpoints that a slice of this controller mirrors. */
function mirroredKey({ metadata }: discoveryv1.EndpointSlice): string | undefined {
  const { [managedByLabel]: manager, [serviceNameLabel]: service } = metadata?.labels ?? {};
  return manager === managerName && service ? keyFrom(metadata?.namespace, service) : undefined;
}
