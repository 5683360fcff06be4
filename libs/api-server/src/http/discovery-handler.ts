import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import {
  apiGroupDiscoveries,
  apiGroupList,
  apiGroupOf,
  apiResourceList,
  apiVersions,
  encodeOpenApiV2,
  openApiV2,
  openApiV3,
  type ServedResource,
} from '@skiff/api';
import type { Registry } from '../registry/registry';
import { readAccept, sendBytes, sendJson } from './answers';

/** Serves what tells clients which resources there are, and how they look. */
export class DiscoveryHandler {
  private readonly resources: readonly ServedResource[];
  private readonly documents = new Map<string, Buffer>();

  constructor(registry: Registry) {
    this.resources = registry.definitions.map(({ kind, verbs, status, scale }) => ({ kind, verbs, status, scale }));
  }

  /** Whether the path was one of discovery; then it has been answered. */
  handle(path: string, accept: string | undefined, query: URLSearchParams, response: ServerResponse): boolean {
    const trimmed = path.replace(/\/$/, '');
    if (trimmed.startsWith('/openapi/')) return this.openApi(trimmed, accept, query, response);
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

  private openApi(path: string, accept: string | undefined, query: URLSearchParams, response: ServerResponse): boolean {
    if (path === '/openapi/v2') {
      const protobuf = accept?.includes('proto-openapi.spec.v2') ?? false;
      const type = protobuf ? 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' : 'application/json';
      const make = (): Buffer => {
        const document = openApiV2(this.resources);
        return Buffer.from(protobuf ? encodeOpenApiV2(document) : JSON.stringify(document));
      };
      sendBytes(response, 200, type, this.document(`${path} ${type}`, make));
      return true;
    }
    const groupVersions = [
      ...new Set(
        this.resources.map(({ kind }) => (kind.group ? `apis/${kind.group}/${kind.version}` : `api/${kind.version}`)),
      ),
    ];
    if (path === '/openapi/v3') {
      const paths = Object.fromEntries(
        groupVersions.map((name) => [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${this.hashOf(name)}` }]),
      );
      sendJson(response, 200, { paths });
      return true;
    }
    const name = path.slice('/openapi/v3/'.length);
    if (!groupVersions.includes(name)) return false;
    if (query.get('hash') === this.hashOf(name)) response.setHeader('cache-control', 'public, immutable');
    sendBytes(response, 200, 'application/json', this.version(name));
    return true;
  }

  private hashOf(name: string): string {
    return hash(Buffer.from(name)).slice(0, 32) + this.resources.length.toString(16);
  }

  private version(name: string): Buffer {
    const [root, ...rest] = name.split('/');
    const [group = '', version = ''] = root === 'api' ? ['', rest[0]] : rest;
    return this.document(name, () => Buffer.from(JSON.stringify(openApiV3(this.resources, group, version))));
  }

  /** Made when it is first asked for: most clients never ask. */
  private document(name: string, make: () => Buffer): Buffer {
    let document = this.documents.get(name);
    if (!document) this.documents.set(name, (document = make()));
    return document;
  }
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').toUpperCase();
