import { apiVersionOf, metav1, type Kind } from '@skiff/contracts';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { encodeEnvelope } from '../requests/envelope';
import type { Operations } from '../requests/operations';
import type { WatchItem, WatchOptions } from '../requests/watches';
import type { CachedObject } from '../cache/cached-object';
import type { ApiObject } from '../pipeline/admission';
import { contentTypes } from './answers';
import { renderObject, type RenderContext } from './render';
import type { ResourceCall } from './resource-handler';

/** Streams a watch as JSON lines, or as length-prefixed protobuf frames. */
export async function streamWatch(
  operations: Operations,
  call: ResourceCall,
  context: RenderContext,
  options: WatchOptions,
): Promise<void> {
  const { response, target } = call;
  const protobuf = context.accept.form === 'protobuf';
  let started = false;
  const start = (): void => {
    if (started) return;
    started = true;
    const type = protobuf ? `${contentTypes.protobuf};stream=watch` : contentTypes.json;
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache, private' });
    response.flushHeaders();
  };
  const sink = {
    send: (item: WatchItem) => {
      start();
      response.write(
        protobuf
          ? protobufFrame(target.definition.kind, item, context)
          : jsonLine(target.definition.kind, item, context),
      );
    },
    backlog: () => response.writableLength,
    end: () => {
      start();
      response.end();
    },
  };
  // A watcher learns at once that its watch is open, before anything happens.
  queueMicrotask(() => call.signal.aborted || start());
  await operations.watch(target, options, sink, call.signal);
}

const encoded = new WeakMap<CachedObject, Map<string, Buffer>>();

/** One event as a line of JSON, made once for all who watch. */
function jsonLine(kind: Kind<ApiObject>, item: WatchItem, context: RenderContext): Buffer {
  if (item.type === 'ERROR')
    return Buffer.from(`${JSON.stringify({ type: 'ERROR', object: item.error.toStatus() })}\n`);
  if (item.type === 'BOOKMARK')
    return Buffer.from(`${JSON.stringify({ type: 'BOOKMARK', object: bookmarkObject(kind, item) })}\n`);
  const plain = context.accept.as === '' && context.accept.form === 'json';
  const known = plain ? encoded.get(item.object)?.get(item.type) : undefined;
  if (known) return known;
  const body = renderObject(item.object, context);
  const end = body.at(-1) === 10 ? body.length - 1 : body.length;
  const line = Buffer.concat([
    Buffer.from(`{"type":"${item.type}","object":`),
    body.subarray(0, end),
    Buffer.from('}\n'),
  ]);
  if (plain) {
    const lines = encoded.get(item.object) ?? new Map<string, Buffer>();
    encoded.set(item.object, lines.set(item.type, line));
  }
  return line;
}

function bookmarkObject(kind: Kind<ApiObject>, item: WatchItem & { type: 'BOOKMARK' }): ApiObject {
  const annotations = item.initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: String(item.revision), ...annotations },
  };
}

function protobufFrame(kind: Kind<ApiObject>, item: WatchItem, context: RenderContext): Buffer {
  const object = protobufObject(kind, item, context);
  const raw = new BinaryWriter().uint32(10).bytes(object).finish();
  const event = new BinaryWriter().uint32(10).string(item.type).uint32(18).bytes(raw).finish();
  const frame = Buffer.alloc(4 + event.length);
  frame.writeUInt32BE(event.length);
  frame.set(event, 4);
  return frame;
}

function protobufObject(kind: Kind<ApiObject>, item: WatchItem, context: RenderContext): Buffer {
  if (item.type === 'ERROR')
    return encodeEnvelope({
      apiVersion: 'v1',
      kind: 'Status',
      raw: metav1.Status.encode(item.error.toStatus()).finish(),
    });
  if (item.type === 'BOOKMARK')
    return encodeEnvelope({
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      raw: kind.codec.encode(bookmarkObject(kind, item)).finish(),
    });
  return renderObject(item.object, context);
}
