import { StatusError, type ApiObject } from '@skiff/apimachinery';
import { preferredResources, type Client, type ServedResource, type ServedResources } from '@skiff/client';
import { apiVersionOf, resourceKey, type ResourceId } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import { pauseBeforeRetry } from '../retry';
import { startFollowing } from '../start-following';

/** Is told of each resource in the version that its group prefers. */
export interface DiscoveryHandler {
  added?(served: ServedResource): void;
  removed?(served: ServedResource): void;
}

export interface DiscoveryCacheOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often the API server is asked, as upstream's garbage collector does. */
const periodMilliseconds = 30_000;
const retryMilliseconds = 1_000;

/**
 * Which resources the API server serves, asked again and again: resources come and go while it runs. Those of a group
 * that cannot be asked stay as they were.
 * Upstream: Sync of pkg/controller/garbagecollector/garbagecollector.go.
 */
export class DiscoveryCache {
  private readonly handlers = new Set<DiscoveryHandler>();
  /** Every version of every resource. */
  private served = new Map<string, ServedResource>();
  private byKind = new Map<string, ServedResource>();
  /** By group and plural name. */
  private preferred = new Map<string, ServedResource>();
  private failures = '';

  constructor(
    private readonly client: Client,
    private readonly options: DiscoveryCacheOptions,
  ) {}

  /** What is served under an `apiVersion` and `kind`; undefined for what is not, or not yet. */
  find(apiVersion: string, kind: string): ServedResource | undefined {
    return this.byKind.get(`${apiVersion} ${kind}`);
  }

  /** Calls the handler for what is known already and for all that happens from now on; returns how to stop that. */
  subscribe(handler: DiscoveryHandler): () => void {
    this.handlers.add(handler);
    for (const served of this.preferred.values()) handler.added?.(served);
    return () => this.handlers.delete(handler);
  }

  /** Starts asking, until the signal aborts. Resolves with the first answer; rejects with the signal's reason. */
  start(signal: AbortSignal): Promise<void> {
    return startFollowing((until, arrived) => this.follow(until, arrived), signal);
  }

  private async follow(signal: AbortSignal, answered: () => void): Promise<void> {
    const { clock, logger } = this.options;
    while (!signal.aborted) {
      try {
        this.apply(await this.client.discover({ signal }));
        answered();
        await clock.sleep(periodMilliseconds, signal);
      } catch (error) {
        if (signal.aborted) return;
        logger.warn('the resources of the API server could not be discovered', { error });
        await pauseBeforeRetry(this.client, error, retryMilliseconds, { clock, signal });
      }
    }
  }

  private apply({ resources, failures }: ServedResources): void {
    // Upstream: a server that serves nothing has not told.
    if (resources.length === 0) throw new StatusError(503, 'ServiceUnavailable', 'no resources are served');
    this.report(failures);
    const failed = ({ resource }: ServedResource): boolean => failures.has(apiVersionOf(resource));
    const kept = [...this.served.values()].filter(failed);
    const all = [...resources.map((one) => this.same(one)), ...kept];
    this.served = new Map(all.map((one) => [resourceKey(one.resource), one]));
    this.byKind = new Map(all.map((one) => [`${apiVersionOf(one.resource)} ${one.resource.kind}`, one]));
    const preferred = new Map(preferredResources(all).map((one) => [nameOf(one.resource), one]));
    // A version that cannot be asked for a while must not make its group prefer another.
    const failing = new Set([...kept].map(({ resource }) => resource.group));
    for (const [name, one] of this.preferred)
      if (failing.has(one.resource.group) && this.served.has(resourceKey(one.resource))) preferred.set(name, one);
    this.change(preferred);
  }

  /** What is known already stays the same object. */
  private same(one: ServedResource): ServedResource {
    const known = this.served.get(resourceKey(one.resource));
    return known && known.resource.kind === one.resource.kind && known.verbs.join() === one.verbs.join() ? known : one;
  }

  private change(preferred: Map<string, ServedResource>): void {
    const before = this.preferred;
    this.preferred = preferred;
    for (const [name, one] of before)
      if (preferred.get(name) !== one) for (const handler of this.handlers) handler.removed?.(one);
    for (const [name, one] of preferred)
      if (before.get(name) !== one) for (const handler of this.handlers) handler.added?.(one);
  }

  /** Says it once of every failure. */
  private report(failures: ReadonlyMap<string, string>): void {
    const now = [...failures.values()].join(', ');
    if (now !== '' && now !== this.failures)
      this.options.logger.warn('some groups of the API server could not be discovered', { failures: now });
    this.failures = now;
  }
}

const nameOf = ({ group, plural }: ResourceId<ApiObject>): string => `${group}/${plural}`;
