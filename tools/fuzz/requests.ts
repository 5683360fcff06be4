import fc from 'fast-check';
import { apiVersionOf, Kinds, type Kind } from '@skiff/contracts';
import { dump } from 'js-yaml';
import { anything, messageValue, text } from './values';

/** One request of HTTP, or the bytes of a whole connection. */
export interface Input {
  readonly over: 'http/1.1' | 'h2' | 'raw http/1.1' | 'raw h2' | 'grpc';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Latin-1, so that a failure can be printed and sent again. */
  readonly body: string;
}

const kinds = (Object.values(Kinds) as Kind[]).filter(({ plural }) => plural !== '');
const kind = fc.constantFrom(...kinds);
/** Names that repeat, so that requests meet. */
const name = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('a', 'b', 'web') }, { weight: 1, arbitrary: text });

function collectionPath({ group, version, plural, namespaced }: Kind): string {
  return `${group ? `/apis/${group}` : '/api'}/${version}${namespaced ? '/namespaces/default' : ''}/${plural}`;
}

const subresource = fc.constantFrom(
  '',
  '',
  '',
  '',
  '/status',
  '/scale',
  '/log',
  '/eviction',
  '/binding',
  '/token',
  '/x/%2f',
);

/** Half of a surrogate pair cannot be encoded. */
const encoded = (each: string): string => encodeURIComponent(each.replace(/\p{Surrogate}/gu, ''));

const selector = fc.oneof(
  fc.constantFrom('a=b', 'a in (b,c)', '!a', 'metadata.name=a', 'a in (', ',,', 'status.phase!=x', '(('),
  text,
  // nghttp2 carries 64 kB of headers.
  text.map((each) =>
    Array(500)
      .fill(`a!=${each.slice(0, 60)}`)
      .join(),
  ),
);
const queryValue = fc.oneof(
  fc.constantFrom('true', 'false', '0', '1', 'All', 'Strict', 'Foreground', '-1', '500ms'),
  text,
);
const query = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constantFrom('labelSelector', 'fieldSelector'), selector),
      fc.tuple(
        fc.constantFrom(
          ...['limit', 'continue', 'resourceVersion', 'resourceVersionMatch', 'dryRun', 'fieldValidation', 'pretty'],
          ...['fieldManager', 'timeout', 'gracePeriodSeconds', 'propagationPolicy', 'orphanDependents', 'force', 'x'],
        ),
        queryValue,
      ),
    ),
    { maxLength: 3 },
  )
  .map((pairs) => pairs.map(([key, value]) => `${key}=${encoded(value)}`).join('&'));

const accept = fc.constantFrom(
  ...['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', '*/*', 'text/html', ''],
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
);
const headers = fc
  .tuple(
    accept,
    fc.dictionary(
      fc.constantFrom(
        'impersonate-user',
        'impersonate-extra-%zz',
        'impersonate-group',
        'user-agent',
        'if-match',
        'expect',
      ),
      fc.stringMatching(/^[ -~]{0,20}$/),
      { maxKeys: 1 },
    ),
  )
  .map(([accepted, others]) => ({ accept: accepted, ...others }));

const latin1 = (bytes: Uint8Array | string): string => Buffer.from(bytes as string).toString('latin1');

/** An object that looks like one of the kind. */
const objectOf = ({ message, kind: kindName, ...version }: Kind, named: string): fc.Arbitrary<object> =>
  messageValue(message, 6).map((value) => {
    const object = value as { metadata?: object };
    return {
      apiVersion: apiVersionOf(version),
      kind: kindName,
      ...object,
      metadata: { ...object.metadata, name: named },
    };
  });

function protobuf({ codec, kind: kindName, ...version }: Kind, object: object): string {
  let raw: Uint8Array;
  try {
    raw = codec.encode(object).finish();
  } catch {
    // What cannot be encoded is sent as other bytes.
    raw = Buffer.from(JSON.stringify(object));
  }
  const field = (tag: number, bytes: Uint8Array): Buffer => {
    const length: number[] = [];
    for (let rest = bytes.length; ; rest >>>= 7) {
      length.push(rest > 127 ? (rest & 127) | 128 : rest);
      if (rest <= 127) break;
    }
    return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
  };
  const typeMeta = Buffer.concat([field(10, Buffer.from(apiVersionOf(version))), field(18, Buffer.from(kindName))]);
  return latin1(Buffer.concat([Buffer.from('k8s\0'), field(10, typeMeta), field(18, raw)]));
}

/** Bytes that went wrong on their way. */
const damaged = (body: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(body) },
    { weight: 1, arbitrary: fc.nat(Math.max(body.length, 1)).map((end) => body.slice(0, end)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat(Math.max(body.length, 1)), fc.constantFrom('\0', '\xff', '{', '[', '"', ': ', '\n- ', '&a *a '))
        .map(([at, bad]) => body.slice(0, at) + bad + body.slice(at)),
    },
  );

const patchPath = fc.constantFrom(
  '/metadata/labels',
  '/spec',
  '/metadata/labels/a',
  '/spec/template/spec/containers/0',
  '',
);
const operation = fc.record({
  op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'turn'),
  path: fc.oneof(patchPath, text),
  from: patchPath,
  value: anything,
});

const mutations = kind.chain((of) =>
  name.chain((named) =>
    fc
      .tuple(fc.constantFrom('POST', 'PUT', 'PATCH'), objectOf(of, named), subresource, query, headers)
      .chain(([method, object, under, search, head]) => {
        const types = method === 'PATCH' ? patchTypes : objectTypes;
        return fc.constantFrom(...types).chain((type) => {
          const written =
            type === 'application/json-patch+json'
              ? fc.array(operation, { maxLength: 6 }).map((all) => latin1(JSON.stringify(all)))
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

function bodyOf(type: string, of: Kind, object: object): string {
  if (type.endsWith('protobuf')) return protobuf(of, object);
  const json = JSON.stringify(object);
  return latin1(type.endsWith('yaml') ? yaml(json) : json);
}

/** What is too deep for the printer stays JSON, which is YAML, too. */
function yaml(json: string): string {
  try {
    return dump(JSON.parse(json));
  } catch (error) {
    if (error instanceof RangeError) return json;
    throw error;
  }
}

const reads = fc
  .tuple(kind, fc.option(name), subresource, query, headers, fc.constantFrom('GET', 'GET', 'GET', 'DELETE', 'HEAD'))
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
      { weight: 3, arbitrary: reads },
      { weight: 1, arbitrary: otherPaths },
    ),
  )
  .map(([transport, request]) => ({ over: transport, ...request }));
