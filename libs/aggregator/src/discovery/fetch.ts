import {
  partOfOpenApiV2,
  type AggregatedOpenApi,
  type OpenApiV2,
  type ReachableEndpoint,
} from '@skiff/api-server/aggregation';
import type { apidiscoveryv2 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import { ask, type OwnAnswer } from '../ask';
import type { ServiceConnections } from '../connections';
import { pathOf, type RemoteService } from '../remote-service';
import { isMap, mapOf, readMap, textOf, type JsonMap } from './bounded-json';
import { readAggregated, readResourceList } from './read-version';

export interface FetchParts {
  readonly service: RemoteService;
  readonly endpoint: ReachableEndpoint;
  readonly connections: ServiceConnections;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** How long a document of another server may be, in bytes. */
const mostBytes = 4 << 20;

const aggregated = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

const get = ({ endpoint, connections, clock, signal }: FetchParts, path: string, accept?: string): Promise<OwnAnswer> =>
  ask({ endpoint, agent: connections.kept, path, limit: mostBytes, ...(accept && { accept }) }, clock, signal);

/**
 * The resources that a server serves of a version. Rejects when it cannot be asked, or says nothing of the version.
 * Upstream: fetchFreshDiscoveryForService in staging/src/k8s.io/kube-aggregator/pkg/apiserver/handler_discovery.go.
 */
export async function fetchResources(parts: FetchParts): Promise<apidiscoveryv2.APIResourceDiscovery[]> {
  const { service } = parts;
  const all = await get(parts, '/apis', aggregated);
  if (all.status === 200 && all.contentType.includes('as=APIGroupDiscoveryList')) {
    const found = readAggregated(readMap(all.body), service);
    if (found) return found;
  }
  const path = pathOf(service);
  const { status, body } = await get(parts, path);
  if (status !== 200) throw new Error(`${path} was answered with ${status}`);
  const list = readMap(body);
  if (list['kind'] !== 'APIResourceList') throw new Error(`${path} is no APIResourceList`);
  return readResourceList(list, service);
}

/** The OpenAPI documents of a version, as far as a server has any. Rejects when it cannot be asked. */
export async function fetchOpenApi(parts: FetchParts): Promise<AggregatedOpenApi> {
  const [v2, v3] = await Promise.all([fetchVersion2(parts), fetchVersion3(parts)]);
  return { ...(v2 && { v2 }), v3 };
}

async function fetchVersion2(parts: FetchParts): Promise<OpenApiV2 | undefined> {
  const { status, body } = await get(parts, '/openapi/v2');
  if (status !== 200) return undefined;
  const { paths, definitions } = readMap(body);
  const served = pathOf(parts.service);
  const document = { paths: mapsIn(paths), definitions: mapsIn(definitions) };
  return partOfOpenApiV2(document, (path) => path === served || path.startsWith(`${served}/`));
}

const mapsIn = (value: unknown): Record<string, JsonMap> =>
  Object.fromEntries(Object.entries(mapOf(value)).filter((entry): entry is [string, JsonMap] => isMap(entry[1])));

async function fetchVersion3(parts: FetchParts): Promise<ReadonlyMap<string, Buffer>> {
  const index = await get(parts, '/openapi/v3');
  if (index.status !== 200) return new Map();
  const name = pathOf(parts.service).slice(1);
  const url = textOf(mapOf(mapOf(readMap(index.body)['paths'])[name])['serverRelativeURL']);
  if (!url.startsWith('/openapi/v3/')) return new Map();
  const { status, body } = await get(parts, url);
  if (status !== 200) return new Map();
  readMap(body);
  return new Map([[name, body]]);
}
