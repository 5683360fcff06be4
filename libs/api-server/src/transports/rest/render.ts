import { apiVersionOf, writeJson, metav1 } from '@skiff/contracts';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { badRequest, readerOf, StatusError, type ApiObject, type Table, type Resource } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import type { CachedObject } from '../../cache/cached-object';
import { internalPackage } from '../../decoding/require-kind';
import { encodeEnvelope } from '../../decoding/envelope';
import type { ListPage } from '../../operations/lists';
import type { Accept } from './accept';

export interface RenderContext {
  readonly accept: Accept;
  /** Which part of the object a table's rows carry. */
  readonly includeObject: string;
  readonly clock: Clock;
  /** What the objects look like as a table. */
  readonly table: Table;
}

const comma = Buffer.from(',');
const listEnd = Buffer.from(']}\n');

/** An object in the form that the client accepts. */
export function renderObject(cached: CachedObject, context: RenderContext): Buffer | string {
  const { accept } = context;
  if (accept.as === 'Table') return jsonLine(tableOf([cached], {}, context));
  if (accept.as === 'PartialObjectMetadata')
    return renderPartial(partial(cached.object), 'PartialObjectMetadata', accept);
  if (accept.as)
    throw notAcceptable(`you requested ${accept.as}, but the requested object is not a list (${goType(cached.kind)})`);
  return accept.form === 'protobuf' ? objectEnvelope(cached) : cached.jsonLine;
}

/** An object as it is sent in protobuf. */
export const objectEnvelope = ({ kind, protobuf }: CachedObject): Buffer =>
  encodeEnvelope({ apiVersion: apiVersionOf(kind), kind: kind.kind, raw: protobuf });

/** A page of objects; the bytes of each are shared with every other reader. */
export function renderList(definition: Resource, page: ListPage, context: RenderContext): Buffer {
  const { kind } = definition;
  const { accept } = context;
  const metadata: metav1.ListMeta = {
    resourceVersion: String(page.resourceVersion),
    ...(page.continue ? { continue: page.continue } : {}),
    ...(page.remainingItemCount === undefined ? {} : { remainingItemCount: page.remainingItemCount }),
  };
  if (accept.as === 'Table') return jsonLine(tableOf(page.items, metadata, context));
  if (accept.as === 'PartialObjectMetadata')
    throw notAcceptable(`you requested ${accept.as}, but the requested object is a list (${goType(kind)}List)`);
  if (accept.as === 'PartialObjectMetadataList') {
    const items = page.items.length > 0 ? page.items.map((cached) => partial(cached.object)) : null;
    return renderPartial({ metadata, items }, 'PartialObjectMetadataList', accept);
  }
  if (accept.form === 'protobuf') return protobufList(definition, page, metadata);
  // Lists of what has no message say always whether there is more, as upstream's.
  if (readerOf(kind)) metadata.continue ??= '';
  const head = Buffer.from(
    `{"kind":"${kind.listKind ?? `${kind.kind}List`}","apiVersion":"${apiVersionOf(kind)}","metadata":${JSON.stringify(metadata)},"items":[`,
  );
  // Items of a list do not repeat their kind, but those that are known by nothing else.
  const skip = readerOf(kind) ? 1 : Buffer.byteLength(`{"kind":"${kind.kind}","apiVersion":"${apiVersionOf(kind)}",`);
  const parts: Buffer[] = [head];
  for (const [index, cached] of page.items.entries()) {
    if (index > 0) parts.push(comma);
    parts.push(openBrace, cached.json.subarray(skip));
  }
  parts.push(listEnd);
  return Buffer.concat(parts);
}

const openBrace = Buffer.from('{');

function protobufList({ kind }: Resource, page: ListPage, metadata: metav1.ListMeta): Buffer {
  const writer = new BinaryWriter().uint32(10).bytes(metav1.ListMeta.encode(metadata).finish());
  for (const cached of page.items) writer.uint32(18).bytes(cached.protobuf);
  return encodeEnvelope({ apiVersion: apiVersionOf(kind), kind: `${kind.kind}List`, raw: writer.finish() });
}

function partial(object: ApiObject, version = 'v1'): metav1.PartialObjectMetadata {
  const apiVersion = `meta.k8s.io/${version}` as 'meta.k8s.io/v1';
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata };
}

function renderPartial(
  value: metav1.PartialObjectMetadata | metav1.PartialObjectMetadataList,
  kind: 'PartialObjectMetadata' | 'PartialObjectMetadataList',
  accept: Accept,
): Buffer {
  const apiVersion = `meta.k8s.io/${accept.version}`;
  const named = Object.assign({ kind, apiVersion }, value, { kind, apiVersion });
  if (accept.form !== 'protobuf') return jsonLine(named);
  const raw =
    kind === 'PartialObjectMetadata'
      ? metav1.PartialObjectMetadata.encode(named as metav1.PartialObjectMetadata).finish()
      : metav1.PartialObjectMetadataList.encode(named as metav1.PartialObjectMetadataList).finish();
  return encodeEnvelope({ apiVersion, kind, raw });
}

export const notAcceptable = (message: string): StatusError => new StatusError(406, 'NotAcceptable', message);

/** The type of upstream's server for a kind, as its errors name it. */
const goType = (kind: CachedObject['kind']): string => `*${internalPackage(kind)}.${kind.kind}`;

const jsonLine = (value: unknown): Buffer => Buffer.from(`${writeJson(value)}\n`);

/** What rows of tables may say of their objects. */
const inTables: ReadonlySet<string> = new Set(['', 'Metadata', 'Object', 'None']);

/** The table that kubectl prints. */
function tableOf(
  items: readonly CachedObject[],
  metadata: metav1.ListMeta,
  { includeObject, clock, accept, table }: RenderContext,
): object {
  if (!inTables.has(includeObject))
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(includeObject)}: must be 'Metadata', 'Object', 'None', or empty`,
    );
  const now = clock.now();
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${accept.version}`,
    metadata:
      items.length === 1 && !metadata.resourceVersion
        ? { resourceVersion: items[0]?.object.metadata?.resourceVersion }
        : metadata,
    columnDefinitions: table.columns,
    rows: items.map(({ object }) => {
      const shown =
        includeObject === 'None' ? null : includeObject === 'Object' ? object : partial(object, accept.version);
      return { cells: table.cells(object, now), object: shown };
    }),
  };
}
