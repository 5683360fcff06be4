import { hasReason } from '@skiff/apimachinery';
import { follow, writeStatus, type Registry } from '@skiff/api-server/aggregation';
import { Kinds, type apiregistrationv1, type corev1, type discoveryv1 } from '@skiff/contracts';
import { formatTime, type Clock, type Logger } from '@skiff/platform';
import type { AvailabilityMetrics } from '../metrics';
import { remoteServiceOf, sameService, type RemoteService } from '../remote-service';
import { WorkQueue } from '../work-queue';
import {
  localAvailability,
  serviceAccessError,
  serviceProblem,
  withAvailability,
  type Availability,
} from './condition';

type APIService = apiregistrationv1.APIService;

export interface AvailabilityParts {
  readonly registry: Registry;
  /** An APIService as it is now. */
  readonly find: (name: string) => APIService | undefined;
  readonly probe: (service: RemoteService) => Promise<Availability>;
  readonly metrics: AvailabilityMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** How often a server is asked of which nothing is heard. */
const periodMilliseconds = 30_000;
const queueBounds = { workers: 5, retryMilliseconds: 100, longestRetryMilliseconds: 30_000 };
const serviceName = 'kubernetes.io/service-name';

/**
 * Says of each APIService whether it can be asked: when it changes, when its Service or who is behind that changes, and
 * every half a minute. Several servers that come to the same result write once.
 * Upstream: staging/src/k8s.io/kube-aggregator/pkg/controllers/status.
 */
export class AvailabilityController {
  private readonly queue: WorkQueue;
  /** Names of APIServices, by namespace and name of their Service. */
  private readonly byService = new Map<string, Set<string>>();
  private readonly remotes = new Map<string, RemoteService>();
  private isFollowing = false;

  constructor(private readonly parts: AvailabilityParts) {
    const { clock, signal } = parts;
    this.queue = new WorkQueue((name) => this.check(name), { ...queueBounds, clock, signal });
  }

  /** An APIService is there, or has changed. */
  set(name: string, remote: RemoteService | undefined): void {
    const before = this.remotes.get(name);
    if (before && !sameService(before, remote)) this.leave(name, before);
    if (remote) this.enter(name, remote);
    this.queue.add(name);
  }

  remove(name: string): void {
    const remote = this.remotes.get(name);
    if (remote) this.leave(name, remote);
    this.parts.metrics.forget(name);
  }

  private enter(name: string, remote: RemoteService): void {
    const key = keyOf(remote);
    const names = this.byService.get(key) ?? new Set();
    this.byService.set(key, names.add(name));
    this.remotes.set(name, remote);
    if (!this.isFollowing) this.followServices();
  }

  private leave(name: string, remote: RemoteService): void {
    this.remotes.delete(name);
    const names = this.byService.get(keyOf(remote));
    names?.delete(name);
    if (names?.size === 0) this.byService.delete(keyOf(remote));
  }

  /** Who has no other servers hears nothing of Services. */
  private followServices(): void {
    this.isFollowing = true;
    const { registry, clock, logger, signal } = this.parts;
    const service = ({ metadata }: corev1.Service): void => this.changed(metadata?.namespace, metadata?.name);
    const slice = ({ metadata }: discoveryv1.EndpointSlice): void =>
      this.changed(metadata?.namespace, metadata?.labels?.[serviceName]);
    const failed = (error: unknown): void => {
      if (!signal.aborted) logger.error('Services are not followed for APIServices', { error });
    };
    follow(registry, Kinds.Service, service, service).catch(failed);
    follow(registry, Kinds.EndpointSlice, slice, slice).catch(failed);
    const again = (): void => {
      if (signal.aborted) return;
      for (const name of this.remotes.keys()) this.queue.add(name);
      clock.after(periodMilliseconds, again);
    };
    clock.after(periodMilliseconds, again);
  }

  private changed(namespace = '', name = ''): void {
    for (const apiService of this.byService.get(`${namespace}/${name}`) ?? []) this.queue.add(apiService);
  }

  private async check(name: string): Promise<void> {
    const apiService = this.parts.find(name);
    if (!apiService) return;
    const remote = remoteServiceOf(apiService);
    const availability = remote ? await this.availabilityOf(remote) : localAvailability;
    if (remote) this.parts.metrics.set(name, availability);
    await this.write(name, remote, availability);
    if (availability.reason === 'FailedDiscoveryCheck') throw new Error(availability.message);
  }

  private async availabilityOf(remote: RemoteService): Promise<Availability> {
    const { registry, probe } = this.parts;
    const { namespace, name } = remote;
    let problem: Availability | undefined;
    try {
      const service = await registry.get(Kinds.Service, { namespace, name });
      const slices = service ? await registry.list(Kinds.EndpointSlice, namespace) : [];
      const own = slices.filter(({ metadata }) => metadata?.labels?.[serviceName] === name);
      problem = serviceProblem(remote, service, own);
    } catch (error) {
      return serviceAccessError(remote, error instanceof Error ? error.message : String(error));
    }
    return problem ?? probe(remote);
  }

  private async write(name: string, remote: RemoteService | undefined, availability: Availability): Promise<void> {
    const { registry, find, clock, logger, signal } = this.parts;
    if (signal.aborted) return;
    const now = formatTime(clock.now());
    const change = (current: APIService): APIService =>
      sameService(remote, remoteServiceOf(current)) ? withAvailability(current, availability, now) : current;
    const current = find(name);
    if (!current || change(current) === current) return;
    try {
      await writeStatus(registry, Kinds.APIService, name, change);
    } catch (error) {
      // It has gone meanwhile.
      if (hasReason(error, 'NotFound')) return;
      if (!signal.aborted) logger.warn('the status of an APIService could not be written', { name, error });
      throw error;
    }
  }
}

const keyOf = ({ namespace, name }: RemoteService): string => `${namespace}/${name}`;
