import {
  follow,
  plainResponse,
  sendText,
  type AggregatedApis,
  type Aggregation,
  type AggregationParts,
  type Delegate,
  type DelegatedRequest,
  type ResolveService,
  type StartAggregation,
} from '@skiff/api-server/aggregation';
import { apiVersionOf, Kinds, type apiregistrationv1 } from '@skiff/contracts';
import { AvailabilityController } from './availability/controller';
import { probe } from './availability/probe';
import { type ProxyClientIdentity } from './connections';
import { AggregatedDiscovery } from './discovery/aggregated-discovery';
import { AvailabilityMetrics } from './metrics';
import { Remote } from './remote';
import { isAvailable, nameOf, remoteServiceOf, sameService } from './remote-service';

type APIService = apiregistrationv1.APIService;

export interface AggregatorOptions {
  /** By which other API servers know this one; absent: it is nobody to them, and they believe it nothing. */
  readonly proxyClient?: ProxyClientIdentity | undefined;
}

/** Makes the servers that APIServices name a part of an API server. */
export const aggregator =
  ({ proxyClient }: AggregatorOptions = {}): StartAggregation =>
  async (parts) => {
    const started = new Aggregator(parts, proxyClient);
    await follow(
      parts.registry,
      Kinds.APIService,
      (apiService) => started.set(apiService),
      (apiService) => started.remove(apiService),
    );
    return started;
  };

/** Knows all APIServices, and which of them lead to other servers. */
class Aggregator implements Aggregation {
  private readonly apiServices = new Map<string, APIService>();
  /** By "group/version". */
  private readonly remotes = new Map<string, Remote>();
  private readonly availability: AvailabilityController;
  private readonly discovery: AggregatedDiscovery;
  private readonly resolveService: ResolveService;

  constructor(
    private readonly parts: AggregationParts,
    private readonly identity: ProxyClientIdentity | undefined,
  ) {
    const { registry, resolveService, clock, logger, metrics, signal } = parts;
    this.resolveService = resolveService;
    this.availability = new AvailabilityController({
      registry,
      find: (name) => this.apiServices.get(name),
      probe: (service) => probe(service, { resolveService, identity, clock, signal }),
      metrics: new AvailabilityMetrics(metrics),
      clock,
      logger,
      signal,
    });
    this.discovery = new AggregatedDiscovery({ resolveService, clock, logger, signal });
  }

  get delegates(): boolean {
    return this.remotes.size > 0;
  }

  get apis(): AggregatedApis {
    return this.discovery.apis;
  }

  find(group: string, version: string): Delegate | undefined {
    const remote = this.remotes.get(apiVersionOf({ group, version }));
    return remote && { handle: (asked) => this.handle(remote, asked) };
  }

  set(apiService: APIService): void {
    const name = nameOf(apiService);
    const before = this.apiServices.get(name);
    this.apiServices.set(name, apiService);
    const service = remoteServiceOf(apiService);
    const key = apiVersionOf({ group: apiService.spec?.group ?? '', version: apiService.spec?.version ?? '' });
    const known = this.remotes.get(key);
    if (!service) {
      known?.close();
      this.remotes.delete(key);
    } else if (!known || !sameService(known.service, service)) {
      known?.close();
      this.remotes.set(key, new Remote(service, this.identity, this.parts.clock));
    }
    const remote = this.remotes.get(key);
    if (remote) remote.isAvailable = isAvailable(apiService);
    this.discovery.set(apiService, remote);
    // What it says of its availability is what it was told here.
    if (!before || !sameService(service, before && remoteServiceOf(before)) || !isChecked(apiService))
      this.availability.set(name, service);
  }

  remove(apiService: APIService): void {
    const name = nameOf(apiService);
    this.apiServices.delete(name);
    const key = apiVersionOf({ group: apiService.spec?.group ?? '', version: apiService.spec?.version ?? '' });
    this.remotes.get(key)?.close();
    this.remotes.delete(key);
    this.discovery.remove(name);
    this.availability.remove(name);
  }

  private async handle(remote: Remote, asked: DelegatedRequest): Promise<void> {
    const refuse = (code: number, text: string): void => sendText(plainResponse(asked), code, `${text}\n`);
    if (!remote.isAvailable) return refuse(503, 'service unavailable');
    if (remote.problem) return refuse(500, remote.problem);
    const endpoint = await this.resolveService(remote.service).catch(() => undefined);
    if (!endpoint) return refuse(503, 'service unavailable');
    await remote.forward(asked, endpoint);
  }
}

const isChecked = ({ status }: APIService): boolean =>
  (status?.conditions ?? []).some(({ type }) => type === 'Available');
