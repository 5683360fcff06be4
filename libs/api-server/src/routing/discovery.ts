import type { DiscoveryHandler } from '../discovery/discovery-handler';
import { pageNotFound, type PathEntry, type PathHandler } from './paths';

/** Where clients learn which resources there are, and how they look. */
export function discoveryPaths(discovery: DiscoveryHandler): PathEntry[] {
  const handler: PathHandler = (asked) => {
    const { path, query, request, response } = asked;
    if (!discovery.handle(path, request.headers.accept, query, response)) return pageNotFound(asked);
  };
  const document: PathHandler = (asked) => (asked.path.endsWith('/') ? pageNotFound(asked) : handler(asked));
  return [
    { path: '/api', handler, below: true },
    { path: '/apis', handler, below: true },
    { path: '/apis/', handler },
    { path: '/openapi/v2', handler: document },
    { path: '/openapi/v3', handler: document, below: true },
    { path: '/openapi/v3/', handler: document },
  ];
}
