import fc from 'fast-check';
import { apiVersionOf, skiffapiv1, writeJson, type Codec, type Kind } from '@skiff/contracts';
import { anySelector, damaged, kind, latin1, objectName, type Input } from './input';
import { objectOf } from './objects';
import { operations } from './patches';
import { text } from './values';

const service = '/skiff.api.v1.ResourceService/';

const call = (method: string, body: string, headers: Readonly<Record<string, string>> = {}): Input => ({
  over: 'grpc',
  method: 'POST',
  path: `${service}${method}`,
  headers: { 'content-type': 'application/grpc', te: 'trailers', ...headers },
  body,
});

/** The five bytes before a message, which may lie, and the message. */
function frame(message: string, length = message.length, flag = 0): string {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(length, 1);
  return latin1(head) + message;
}

const reference = (of: Kind): fc.Arbitrary<skiffapiv1.ResourceRef> =>
  fc.record({
    group: fc.constant(of.group),
    version: fc.constant(of.version),
    resource: fc.constant(of.plural),
    namespace: of.namespaced
      ? fc.oneof({ weight: 9, arbitrary: fc.constant('default') }, { weight: 1, arbitrary: text })
      : fc.constant(''),
    name: objectName,
    subresource: fc.oneof(
      { weight: 6, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom('status', 'scale', 'binding', 'eviction', 'token', 'log') },
    ),
  });

const listOptions = fc.record(
  {
    labelSelector: anySelector,
    fieldSelector: anySelector,
    limit: fc.constantFrom(-1, 1, 2 ** 40),
    continue: text,
    resourceVersion: text,
    resourceVersionMatch: fc.constantFrom('Exact', 'NotOlderThan', 'x'),
    timeoutSeconds: fc.constantFrom(-1, 0, 1),
    allowWatchBookmarks: fc.boolean(),
    sendInitialEvents: fc.boolean(),
  },
  { requiredKeys: [] },
);
const deleteOptions = fc.record(
  {
    gracePeriodSeconds: fc.constantFrom(-1, 0, 2 ** 31),
    propagationPolicy: fc.constantFrom('Orphan', 'Foreground', 'x'),
    dryRun: fc.array(fc.constantFrom('All', 'x'), { maxLength: 2 }),
    preconditions: fc.record({ uid: text, resourceVersion: text }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const writeOptions = fc.record(
  { dryRun: fc.array(fc.constantFrom('All', 'x')), fieldManager: text },
  { requiredKeys: [] },
);

const patches = fc.oneof(
  operations.map((all) => ({ type: skiffapiv1.PatchType.PATCH_TYPE_JSON, patch: Buffer.from(JSON.stringify(all)) })),
  fc
    .tuple(
      fc.constantFrom(0, 2, 3, 4, 9),
      kind.chain((of) => objectOf(of, 'a')),
    )
    .map(([type, object]) => ({ type, patch: Buffer.from(JSON.stringify(object)) })),
);

/** The methods that take one message each, and what it is made of. */
const unary = {
  Get: [skiffapiv1.GetRequest, () => fc.record({ resourceVersion: text })],
  List: [skiffapiv1.ListRequest, () => fc.record({ options: listOptions })],
  Watch: [skiffapiv1.WatchRequest, () => fc.record({ options: listOptions })],
  Create: [skiffapiv1.CreateRequest, written],
  Update: [skiffapiv1.UpdateRequest, written],
  Patch: [
    skiffapiv1.PatchRequest,
    () => fc.tuple(patches, writeOptions).map(([patch, options]) => ({ ...patch, options })),
  ],
  Delete: [skiffapiv1.DeleteRequest, () => fc.record({ options: deleteOptions })],
  DeleteCollection: [skiffapiv1.DeleteCollectionRequest, () => fc.record({ options: deleteOptions, listOptions })],
} as const satisfies Record<string, readonly [Codec<never> | Codec<object>, (of: Kind) => fc.Arbitrary<object>]>;

/** An object in the field of its kind, or as its JSON. */
const wrapped = (of: Kind, object: unknown, asJson: boolean): object =>
  of.wire && !asJson
    ? { [of.wire.name]: object }
    : { unstructured: { apiVersion: apiVersionOf(of), kind: of.kind, json: Buffer.from(writeJson(object)) } };

function written(of: Kind): fc.Arbitrary<object> {
  return fc
    .tuple(
      objectName.chain((name) => objectOf(of, name)),
      writeOptions,
      fc.boolean(),
    )
    .map(([object, options, asJson]) => ({ object: wrapped(of, object, asJson), options }));
}

type Method = keyof typeof unary;
const methods = Object.keys(unary) as Method[];

/** The message of a method; an object that cannot be encoded is left out. */
const message = (method: Method): fc.Arbitrary<{ method: Method; fields: object; bytes: string }> =>
  kind.chain((of) => {
    const [codec, rest] = unary[method];
    return fc.tuple(reference(of), rest(of)).map(([resource, others]) => {
      const fields = { resource, ...others };
      return { method, fields, bytes: encode(codec as Codec<object>, fields) };
    });
  });

function encode(codec: Codec<object>, fields: object): string {
  try {
    return latin1(codec.encode(fields).finish());
  } catch {
    return latin1(JSON.stringify(fields));
  }
}

const wellFormed = fc
  .constantFrom(...methods)
  .chain(message)
  .chain(({ method, bytes }) => damaged(bytes).map((sent) => call(method, frame(sent))));

/** A stream of writes, which may come in pieces that say nothing. */
const writes = fc
  .array(
    fc
      .constantFrom<Method>('Create', 'Update', 'Patch', 'Delete')
      .chain(message)
      .map(({ method, fields }) =>
        encode(skiffapiv1.WriteRequest as Codec<object>, { id: 1, [method.toLowerCase()]: fields }),
      )
      .chain(damaged),
    { maxLength: 4 },
  )
  .map((all) => call('Write', all.map((each) => frame(each)).join('')));

const bindings = fc
  .array(fc.record({ metadata: fc.record({ name: objectName, namespace: text }), target: fc.record({ name: text }) }), {
    maxLength: 5,
  })
  .map((all) => call('BindPods', frame(encode(skiffapiv1.BindPodsRequest as Codec<object>, { bindings: all }))));

/** Messages of any bytes, in frames that may lie about their length. */
const malformed = fc
  .tuple(
    fc.constantFrom(...methods, 'BindPods', 'Write', 'Nothing', ''),
    fc.uint8Array({ maxLength: 200 }).map(latin1),
    fc.constantFrom(undefined, undefined, 0, 1, 1_000, 2 ** 31),
    fc.constantFrom(0, 0, 0, 1, 255),
    fc.constantFrom<Record<string, string>>({}, {}, { 'grpc-timeout': '1m' }, { 'grpc-encoding': 'gzip' }),
  )
  .map(([method, bytes, length, flag, headers]) => call(method, frame(bytes, length, flag), headers));

export const calls: fc.Arbitrary<Input> = fc.oneof(
  { weight: 6, arbitrary: wellFormed },
  { weight: 2, arbitrary: writes },
  { weight: 1, arbitrary: bindings },
  { weight: 2, arbitrary: malformed },
);
