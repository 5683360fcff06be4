import fc from 'fast-check';
import type { Kind } from '@skiff/contracts';
import { headers } from './headers';
import { damaged, encoded, kind, latin1, objectName, type Input } from './input';
import { bodyOf, objectOf } from './objects';
import { operations } from './patches';
import { query } from './query';
import { recordedRequests } from './recorded';

function collectionPath({ group, version, plural, namespaced }: Kind): string {
  return `${group ? `/apis/${group}` : '/api'}/${version}${namespaced ? '/namespaces/default' : ''}/${plural}`;
}

const subresource = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('/status', '/scale', '/log', '/eviction', '/binding', '/token', '/x/%2f'),
  },
);

/** Most writes have none: one that is refused for its query tells nothing of its body. */
const writeQuery = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: query });

const mutations = kind.chain((of) =>
  objectName.chain((named) =>
    fc
      .tuple(fc.constantFrom('POST', 'PUT', 'PATCH'), objectOf(of, named), subresource, writeQuery, headers)
      .chain(([method, object, under, search, head]) => {
        const types = method === 'PATCH' ? patchTypes : objectTypes;
        return fc.constantFrom(...types).chain((type) => {
          const written =
            type === 'application/json-patch+json'
              ? operations.map((all) => latin1(JSON.stringify(all)))
              : fc.constant(bodyOf(type, of, object));
          const path = `${collectionPath(of)}${method === 'POST' && !under ? '' : `/${encoded(named)}${under}`}?${search}`;
          return written
            .chain(damaged)
            .map((body) => ({ method, path, headers: { ...head, 'content-type': type }, body }));
        });
      }),
  ),
);

const objectTypes = ['application/json', 'application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const patchTypes = ['merge-patch', 'strategic-merge-patch', 'json-patch'].map((each) => `application/${each}+json`);

const reads = fc
  .tuple(
    kind,
    fc.option(objectName),
    subresource,
    query,
    headers,
    fc.constantFrom('GET', 'GET', 'GET', 'DELETE', 'HEAD'),
  )
  .map(([of, named, under, search, head, method]) => ({
    method,
    path: `${collectionPath(of)}${named === null ? '' : `/${encoded(named)}${under}`}?${search}`,
    headers: head,
    body: '',
  }));

const otherPaths = fc
  .tuple(
    fc.constantFrom(
      '/',
      '/api',
      '/apis',
      '/openapi/v2',
      '/openapi/v3',
      '/healthz',
      '/version',
      '/apis/apps',
      '/%',
      '//',
      '/api/v1/nodes/n:70000/proxy/x',
    ),
    fc.stringMatching(/^[!-~]{0,10}$/),
    headers,
  )
  .map(([path, tail, head]) => ({
    method: 'GET',
    path: `${path}${tail}`.replaceAll('#', ''),
    headers: head,
    body: '',
  }));

const over = fc.constantFrom('http/1.1' as const, 'h2' as const);

export const requests: fc.Arbitrary<Input> = fc
  .tuple(
    over,
    fc.oneof(
      { weight: 6, arbitrary: mutations },
      { weight: 4, arbitrary: recordedRequests },
      { weight: 3, arbitrary: reads },
      { weight: 1, arbitrary: otherPaths },
    ),
  )
  .map(([transport, request]) => ({ over: transport, ...request }));
