import type { ServerResponse } from 'node:http';
import { metav1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import { readAccept, type Transform } from '../transports/rest/accept';
import { sendBytes, sendMachinery } from '../transports/rest/answers';
import { noAggregation, type Aggregated, type AggregatedVersion } from './aggregated-apis';
import { Derived, type Generations } from './derived';
import { apiVersions } from '@skiff/apimachinery';
import { DiscoveryDocuments, type AggregatedDocument } from './discovery-documents';
import { OpenApiHandler } from './openapi-handler';

const aggregation: ReadonlySet<Transform> = new Set(['APIGroupDiscoveryList']);

/** Serves what tells clients which resources there are now, and how they look. */
export class DiscoveryHandler {
  readonly documents: Derived<DiscoveryDocuments, readonly AggregatedVersion[]>;
  private readonly openApi: OpenApiHandler;

  constructor(registry: Generations, clock: Pick<Clock, 'now'>, aggregated: Aggregated = noAggregation) {
    this.documents = new Derived(
      registry,
      () => aggregated.apis.versions,
      (...served) => new DiscoveryDocuments(...served),
    );
    this.openApi = new OpenApiHandler(registry, clock, aggregated);
  }

  /** Whether the path was one of discovery; then it has been answered. */
  handle(path: string, accept: string | undefined, query: URLSearchParams, response: ServerResponse): boolean {
    const trimmed = path.replace(/\/$/, '');
    if (trimmed.startsWith('/openapi/')) return this.openApi.handle(trimmed, accept, query, response);
    const segments = trimmed.split('/').slice(1);
    if ((segments[0] === 'api' || segments[0] === 'apis') && segments.length === 1)
      return this.root(segments[0], accept, response);
    const [root, group = '', version = '', ...more] =
      segments[0] === 'api' ? ['api', '', ...segments.slice(1)] : segments;
    if ((root !== 'api' && root !== 'apis') || more.length) return false;
    return version ? this.version(group, version, response) : this.group(group, response);
  }

  private version(group: string, version: string, response: ServerResponse): boolean {
    const object = this.documents.current.version(group, version);
    if (object) sendMachinery(response, 200, { kind: 'APIResourceList', codec: metav1.APIResourceList, object });
    return object !== undefined;
  }

  private group(group: string, response: ServerResponse): boolean {
    const object = this.documents.current.group(group);
    if (object) sendMachinery(response, 200, { kind: 'APIGroup', codec: metav1.APIGroup, object });
    return object !== undefined;
  }

  private root(root: 'api' | 'apis', header: string | undefined, response: ServerResponse): true {
    // Whoever cannot be given one of these gets JSON.
    const accept = readAccept(header, aggregation);
    if (accept?.as) sendAggregated(this.documents.current.aggregated(root), response);
    else if (root === 'api')
      sendMachinery(response, 200, { kind: 'APIVersions', codec: metav1.APIVersions, object: apiVersions() });
    else {
      const object = this.documents.current.groups();
      sendMachinery(response, 200, { kind: 'APIGroupList', codec: metav1.APIGroupList, object });
    }
    return true;
  }
}

/** Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/discovery/aggregated/etag.go. */
function sendAggregated({ body, etag }: AggregatedDocument, response: ServerResponse): void {
  response.setHeader('etag', etag);
  response.setHeader('vary', 'Accept');
  if (response.req.headers['if-none-match'] === etag) response.writeHead(304).end();
  else sendBytes(response, 200, 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', body);
}
