import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import {
  apiGroupDiscoveries,
  apiGroupList,
  apiGroupOf,
  apiResourceList,
  apiVersions,
  type ServedResource,
} from '@skiff/api';
import { metav1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import type { Registry } from '../registry/registry';
import { readAccept, type Transform } from '../http/accept';
import { sendBytes, sendMachinery } from '../http/answers';
import { OpenApiHandler } from './openapi-handler';

const aggregation: ReadonlySet<Transform> = new Set(['APIGroupDiscoveryList']);

/** Serves what tells clients which resources there are, and how they look. */
export class DiscoveryHandler {
  private readonly resources: readonly ServedResource[];
  private readonly openApi: OpenApiHandler;

  constructor(registry: Registry, clock: Pick<Clock, 'now'>) {
    this.resources = registry.definitions;
    this.openApi = new OpenApiHandler(this.resources, clock);
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
    const object = apiResourceList(this.resources, group, version);
    if (object) sendMachinery(response, 200, { kind: 'APIResourceList', codec: metav1.APIResourceList, object });
    return object !== undefined;
  }

  private group(group: string, response: ServerResponse): boolean {
    const object = apiGroupOf(this.resources, group);
    if (object) sendMachinery(response, 200, { kind: 'APIGroup', codec: metav1.APIGroup, object });
    return object !== undefined;
  }

  private root(root: 'api' | 'apis', header: string | undefined, response: ServerResponse): true {
    // Whoever cannot be given one of these gets JSON.
    const accept = readAccept(header, aggregation);
    if (accept?.as) {
      const body = Buffer.from(`${JSON.stringify(apiGroupDiscoveries(this.resources, root === 'api'))}\n`);
      response.setHeader('etag', `"${hash(body)}"`);
      response.setHeader('vary', 'Accept');
      sendBytes(response, 200, 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', body);
    } else if (root === 'api')
      sendMachinery(response, 200, { kind: 'APIVersions', codec: metav1.APIVersions, object: apiVersions() });
    else {
      const object = apiGroupList(this.resources);
      sendMachinery(response, 200, { kind: 'APIGroupList', codec: metav1.APIGroupList, object });
    }
    return true;
  }
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').toUpperCase();
