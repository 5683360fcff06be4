import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { apiVersionOf, metav1, skiffapiv1, skiffobjectv1, type apidiscoveryv2 } from '@skiff/contracts';
import type { CachedObject } from '../../cache/cached-object';
import { defineEncoding } from '../../cache/encodings';
import type { ListPage } from '../../operations/lists';
import type { DeleteResult } from '../../operations/operations';
import type { WatchItem } from '../../operations/watch-sink';
import { frame } from './frames';

const eventTypes = { ADDED: 1, MODIFIED: 2, DELETED: 3, BOOKMARK: 4, ERROR: 5 } as const;

const wrapped = defineEncoding(wrap);

/** A skiff.api.v1.Object around bytes that are encoded already, made once for all who read it. */
export const wrapBytes = (cached: CachedObject): Uint8Array => cached.as(wrapped);

function wrap(cached: CachedObject): Uint8Array {
  const { kind } = cached;
  if (kind.wire)
    return new BinaryWriter()
      .uint32((kind.wire.number << 3) | 2)
      .bytes(cached.protobuf)
      .finish();
  const unstructured = { apiVersion: apiVersionOf(kind), kind: kind.kind, json: cached.json };
  return skiffobjectv1.Object.encode({ unstructured }).finish();
}

/** An object, with the trace of its last write. */
export function getResponse(cached: CachedObject): Uint8Array {
  const writer = new BinaryWriter().uint32(10).bytes(wrapBytes(cached));
  if (cached.trace) writer.uint32(18).bytes(skiffapiv1.TraceContext.encode(cached.trace).finish());
  return writer.finish();
}

/** A CreateResponse, UpdateResponse or PatchResponse; without warnings, also a DeleteResponse. */
export function objectResponse(cached: CachedObject, warnings: readonly string[] = []): Uint8Array {
  const writer = new BinaryWriter().uint32(10).bytes(wrapBytes(cached));
  for (const warning of warnings) writer.uint32(18).string(warning);
  return writer.finish();
}

export function deleteResponse(result: DeleteResult): Uint8Array {
  if ('object' in result) return objectResponse(result.object);
  return new BinaryWriter().uint32(18).bytes(metav1.Status.encode(result.status).finish()).finish();
}

/** Which resources are served, those of the core group first. */
export const discoverResponse = (groups: apidiscoveryv2.APIGroupDiscovery[]): Uint8Array =>
  skiffapiv1.DiscoverResponse.encode({ groups }).finish();

/** Whoever deletes a collection over gRPC is not told what was in it. */
export const deleteCollectionResponse = (): Uint8Array =>
  skiffapiv1.DeleteCollectionResponse.encode({ status: { metadata: {}, status: 'Success' } }).finish();

export function listResponse(page: ListPage): Uint8Array {
  const metadata: metav1.ListMeta = {
    resourceVersion: String(page.resourceVersion),
    ...(page.continue ? { continue: page.continue } : {}),
    ...(page.remainingItemCount === undefined ? {} : { remainingItemCount: page.remainingItemCount }),
  };
  const writer = new BinaryWriter().uint32(10).bytes(metav1.ListMeta.encode(metadata).finish());
  for (const item of page.items) writer.uint32(18).bytes(wrapBytes(item));
  return writer.finish();
}

function eventFrame(type: keyof typeof eventTypes, cached: CachedObject): Buffer {
  const writer = new BinaryWriter().uint32(8).int32(eventTypes[type]);
  writer.uint32(18).bytes(wrapBytes(cached)).uint32(26).string(String(cached.revision));
  if (cached.trace) writer.uint32(42).bytes(skiffapiv1.TraceContext.encode(cached.trace).finish());
  return frame(writer.finish());
}

const eventFrames = {
  ADDED: defineEncoding((cached: CachedObject) => eventFrame('ADDED', cached)),
  MODIFIED: defineEncoding((cached: CachedObject) => eventFrame('MODIFIED', cached)),
  DELETED: defineEncoding((cached: CachedObject) => eventFrame('DELETED', cached)),
};

/** A WatchResponse as it goes over the wire. */
export function watchFrame(item: WatchItem): Buffer {
  if (item.type !== 'ERROR' && item.type !== 'BOOKMARK') return item.object.as(eventFrames[item.type]);
  const writer = new BinaryWriter().uint32(8).int32(eventTypes[item.type]);
  if (item.type === 'BOOKMARK') return frame(writer.uint32(26).string(String(item.revision)).finish());
  return frame(writer.uint32(34).bytes(metav1.Status.encode(item.error.toStatus()).finish()).finish());
}
