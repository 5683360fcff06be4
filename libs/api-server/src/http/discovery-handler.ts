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
import type { Clock } from '@skiff/platform';
import type { Registry } from '../registry/registry';
import { readAccept, sendBytes, sendJson } from './answers';
import { OpenApiHandler } from './openapi';

/** Serves what tells clients which resources there are, and how they look. */
export class DiscoveryHandler {
  private readonly resources: readonly ServedResource[];
  private readonly openApi: OpenApiHandler;

  constructor(registry: Registry, clock: Pick<Clock, 'now'>) {
    this.resources = registry.definitions.map(({ kind, verbs, status, scale }) => ({ kind, verbs, status, scale }));
    this.openApi = new OpenApiHandler(this.resources, clock);
  }

  /** Whether the path was one of discovery; then it has been answered. */
  handle(path: string, accept: string | undefined, query: URLSearchParams, response: ServerResponse): boolean {
    const trimmed = path.replace(/\/$/, '');
    if (trimmed.startsWith('/openapi/')) return this.openApi.handle(trimmed, accept, query, response);
    const segments = trimmed.split('/').slice(1);
    if ((segments[0] === 'api' || segments[0] === 'apis') && segments.length === 1)
      return this.root(segments[0], accept, response);
    const list =
      segments[0] === 'api' && segments.length === 2
        ? apiResourceList(this.resources, '', segments[1] ?? '')
        : segments[0] === 'apis' && segments.length === 3
          ? apiResourceList(this.resources, segments[1] ?? '', segments[2] ?? '')
          : undefined;
    const group =
      segments[0] === 'apis' && segments.length === 2 ? apiGroupOf(this.resources, segments[1] ?? '') : undefined;
    const found = list ?? group;
    if (!found) return false;
    sendJson(response, 200, found);
    return true;
  }

  private root(root: 'api' | 'apis', header: string | undefined, response: ServerResponse): true {
    // The first alternative that asks for the aggregated form decides, whatever else is accepted.
    const aggregated = (header ?? '')
      .split(',')
      .find(
        (alternative) =>
          alternative.includes('as=APIGroupDiscoveryList') &&
          alternative.includes('v=v2') &&
          alternative.includes('application/json'),
      );
    const accept = readAccept(aggregated?.trim() ?? header);
    if (aggregated && accept?.parameters.get('v') === 'v2') {
      const body = Buffer.from(`${JSON.stringify(apiGroupDiscoveries(this.resources, root === 'api'))}\n`);
      response.setHeader('etag', `"${hash(body)}"`);
      response.setHeader('vary', 'Accept');
      sendBytes(response, 200, 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', body);
    } else sendJson(response, 200, root === 'api' ? apiVersions() : apiGroupList(this.resources));
    return true;
  }
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').toUpperCase();
