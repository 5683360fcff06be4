import { isDeepStrictEqual } from 'node:util';
import type {
  AggregatedApis,
  AggregatedOpenApi,
  AggregatedVersion,
  ResolveService,
} from '@skiff/api-server/aggregation';
import type { apidiscoveryv2, apiregistrationv1 } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { Remote } from '../remote';
import { nameOf } from '../remote-service';
import { WorkQueue } from '../work-queue';
import { fetchOpenApi, fetchResources, type FetchParts } from './fetch';

export interface DiscoveryParts {
  readonly resolveService: ResolveService;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

interface Entry {
  version: AggregatedVersion;
  remote: Remote | undefined;
  openApi: AggregatedOpenApi | undefined;
}

/** How often other servers are asked what they serve, if nothing else makes somebody ask. */
const periodMilliseconds = 60_000;
const queueBounds = { workers: 5, retryMilliseconds: 1_000, longestRetryMilliseconds: 60_000 };

/** The group of APIServices themselves comes before all others. */
const first: AggregatedVersion = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  groupPriority: 20_001,
  versionPriority: 1_000,
};

/**
 * Tells what APIServices add to discovery: their order, and what other servers serve, which are asked when they become
 * available and every minute. None of them waits for another, and what is known of one stays until it says something else.
 * Upstream: staging/src/k8s.io/kube-aggregator/pkg/apiserver/handler_discovery.go.
 */
export class AggregatedDiscovery {
  private readonly entries = new Map<string, Entry>();
  private readonly queue: WorkQueue;
  private current: AggregatedApis = { versions: [first], openApi: [] };
  private isOutdated = false;
  private isFollowing = false;

  constructor(private readonly parts: DiscoveryParts) {
    const { clock, signal } = parts;
    this.queue = new WorkQueue((name) => this.fetch(name), { ...queueBounds, clock, signal });
  }

  /** Made when somebody asks. What did not change is the same object as before. */
  get apis(): AggregatedApis {
    if (!this.isOutdated) return this.current;
    this.isOutdated = false;
    const versions = [first, ...[...this.entries.values()].map(({ version }) => version)];
    const openApi = [...this.entries.values()].flatMap((entry) => entry.openApi ?? []);
    const { current } = this;
    const sameOpenApi =
      current.openApi.length === openApi.length && current.openApi.every((one, index) => one === openApi[index]);
    const sameVersions = isDeepStrictEqual(current.versions, versions);
    if (sameOpenApi && sameVersions) return current;
    this.current = {
      versions: sameVersions ? current.versions : versions,
      openApi: sameOpenApi ? current.openApi : openApi,
    };
    return this.current;
  }

  /** An APIService is there, or has changed. */
  set(apiService: apiregistrationv1.APIService, remote: Remote | undefined): void {
    const name = nameOf(apiService);
    const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0 } = apiService.spec ?? {};
    const known = this.entries.get(name);
    const elsewhere = remote && this.knownOf(known, remote, version);
    const entry: Entry = {
      version: {
        group,
        version,
        groupPriority: groupPriorityMinimum,
        versionPriority,
        ...(elsewhere && { elsewhere }),
      },
      remote,
      openApi: remote && known?.remote === remote ? known.openApi : undefined,
    };
    this.entries.set(name, entry);
    this.isOutdated = true;
    if (!remote) return;
    this.followRemotes();
    if (remote.isAvailable && (known?.remote !== remote || elsewhere?.freshness === 'Stale')) this.queue.add(name);
  }

  remove(name: string): void {
    this.entries.delete(name);
    this.isOutdated = true;
  }

  /** What cannot be asked is as it was, as far as anybody knows. */
  private knownOf(known: Entry | undefined, remote: Remote, version: string): apidiscoveryv2.APIVersionDiscovery {
    const before = known?.remote === remote ? known.version.elsewhere : undefined;
    if (!before) return { version, resources: [], freshness: 'Stale' };
    return remote.isAvailable ? before : { ...before, freshness: 'Stale' };
  }

  private followRemotes(): void {
    if (this.isFollowing) return;
    this.isFollowing = true;
    const { clock, signal } = this.parts;
    const again = (): void => {
      if (signal.aborted) return;
      for (const [name, { remote }] of this.entries) if (remote?.isAvailable) this.queue.add(name);
      clock.after(periodMilliseconds, again);
    };
    clock.after(periodMilliseconds, again);
  }

  private async fetch(name: string): Promise<void> {
    const remote = this.entries.get(name)?.remote;
    if (!remote?.isAvailable || !remote.connections) return;
    const { service, connections } = remote;
    try {
      const endpoint = await this.parts.resolveService(service);
      const parts = { service, endpoint, connections, clock: this.parts.clock, signal: this.parts.signal };
      const resources = await fetchResources(parts);
      this.learn(name, remote, { version: service.version, resources, freshness: 'Current' });
      await this.fetchOpenApi(name, remote, parts);
    } catch (error) {
      this.failed(name, remote, error);
      throw error;
    }
  }

  private learn(name: string, remote: Remote, elsewhere: apidiscoveryv2.APIVersionDiscovery): void {
    const entry = this.entries.get(name);
    // Another server may be meant by now.
    if (entry?.remote !== remote) return;
    entry.version = { ...entry.version, elsewhere };
    this.isOutdated = true;
  }

  private async fetchOpenApi(name: string, remote: Remote, parts: FetchParts): Promise<void> {
    const openApi = await fetchOpenApi(parts);
    const entry = this.entries.get(name);
    if (entry?.remote !== remote || isDeepStrictEqual(entry.openApi, openApi)) return;
    entry.openApi = openApi;
    this.isOutdated = true;
  }

  private failed(name: string, remote: Remote, error: unknown): void {
    const { logger, signal } = this.parts;
    if (signal.aborted) return;
    logger.warn('another API server does not tell what it serves', { apiService: name, error });
    const known = this.entries.get(name)?.version.elsewhere;
    if (known) this.learn(name, remote, { ...known, freshness: 'Stale' });
  }
}
