import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import { type Kind, apiVersionOf, metav1, writeJson } from '@skiff/contracts';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { encodeEnvelope } from '../../decoding/envelope';
import type { WatchItem, WatchSink } from '../../operations/watch-sink';
import { acceptAnyWebSocket, type UpgradeRequest } from '../../streaming/upgrade';
import type { CachedObject } from '../../cache/cached-object';
import { defineEncoding } from '../../cache/encodings';
import type { ApiObject } from '@skiff/apimachinery';
import { contentTypes } from './accept';
import { drainedOrClosed } from '../drained-or-closed';
import { objectEnvelope, renderObject, type RenderContext } from './render';
import { Chunk, chunkOutput } from './chunks';

/** Sends a watch as JSON lines, or as length-prefixed protobuf frames. */
export function responseSink(response: ServerResponse, kind: Kind<ApiObject>, context: RenderContext): WatchSink {
  const protobuf = context.accept.form === 'protobuf';
  const output = chunkOutput(response);
  return {
    // A watcher learns at once that its watch is open, before anything happens.
    open: () => {
      const type = protobuf ? `${contentTypes.protobuf};stream=watch` : contentTypes.json;
      output.begin({ 'content-type': type, 'cache-control': 'no-cache, private' });
    },
    send: (item) => output.write(protobuf ? protobufFrame(kind, item, context) : jsonLine(kind, item, context)),
    backlog: () => output.backlog(),
    drained: () => output.drained(),
    end: () => response.end(),
    abort: () => output.abort(),
  };
}

/**
 * Sends a watch over a WebSocket, a message an event.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/watch.go.
 */
export function webSocketSink(upgrade: UpgradeRequest, kind: Kind<ApiObject>, context: RenderContext): WatchSink {
  const protobuf = context.accept.form === 'protobuf';
  let socket: WebSocket | undefined;
  return {
    open: () => {
      socket = acceptAnyWebSocket(upgrade);
      socket.on('error', () => socket?.terminate());
    },
    send: (item) => {
      const message = protobuf ? protobufEvent(kind, item, context) : jsonLine(kind, item, context).data;
      if (socket?.readyState === socket?.OPEN) socket?.send(message, { binary: protobuf });
    },
    backlog: () => socket?.bufferedAmount ?? 0,
    drained: () => drainedOrClosed(upgrade.socket),
    end: () => socket?.close(1000),
    abort: () => socket?.terminate(),
  };
}

const eventLine = (type: string, body: Buffer): Chunk =>
  new Chunk([Buffer.from(`{"type":"${type}","object":`), body, Buffer.from('}\n')]);
const plainLines = {
  ADDED: defineEncoding(({ json }: CachedObject) => eventLine('ADDED', json)),
  MODIFIED: defineEncoding(({ json }: CachedObject) => eventLine('MODIFIED', json)),
  DELETED: defineEncoding(({ json }: CachedObject) => eventLine('DELETED', json)),
};

/** One event as a line of JSON, made once for all who watch. */
function jsonLine(kind: Kind<ApiObject>, item: WatchItem, context: RenderContext): Chunk {
  if (item.type === 'ERROR') return lineOf({ type: 'ERROR', object: item.error.toStatus() });
  if (item.type === 'BOOKMARK') return lineOf({ type: 'BOOKMARK', object: bookmarkObject(kind, item) });
  const { object, type } = item;
  if (context.accept.as === '' && context.accept.form === 'json') return object.as(plainLines[type]);
  return eventLine(type, withoutNewline(renderObject(object, context)));
}

const lineOf = (value: unknown): Chunk => new Chunk([Buffer.from(`${writeJson(value)}\n`)]);

function withoutNewline(body: Buffer | string): Buffer {
  const bytes = toBuffer(body);
  return bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes;
}

const toBuffer = (body: Buffer | string): Buffer => (typeof body === 'string' ? Buffer.from(body, 'latin1') : body);

function bookmarkObject(kind: Kind<ApiObject>, item: WatchItem & { type: 'BOOKMARK' }): ApiObject {
  const annotations = item.initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: String(item.revision), ...annotations },
  };
}

const plainFrames = {
  ADDED: defineEncoding((cached: CachedObject) => frameOf('ADDED', objectEnvelope(cached))),
  MODIFIED: defineEncoding((cached: CachedObject) => frameOf('MODIFIED', objectEnvelope(cached))),
  DELETED: defineEncoding((cached: CachedObject) => frameOf('DELETED', objectEnvelope(cached))),
};

/** One event as a frame of protobuf with its length before it, made once for all who watch. */
function protobufFrame(kind: Kind<ApiObject>, item: WatchItem, context: RenderContext): Chunk {
  if (item.type !== 'ERROR' && item.type !== 'BOOKMARK' && context.accept.as === '')
    return item.object.as(plainFrames[item.type]);
  return frameOf(item.type, protobufObject(kind, item, context));
}

const frameOf = (type: string, envelope: Buffer): Chunk => new Chunk(withLength(eventMessage(type, envelope)));

const protobufEvent = (kind: Kind<ApiObject>, item: WatchItem, context: RenderContext): Uint8Array =>
  eventMessage(item.type, protobufObject(kind, item, context));

function eventMessage(type: string, envelope: Buffer): Uint8Array {
  const raw = new BinaryWriter().uint32(10).bytes(envelope).finish();
  return new BinaryWriter().uint32(10).string(type).uint32(18).bytes(raw).finish();
}

function withLength(event: Uint8Array): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return [length, Buffer.from(event.buffer, event.byteOffset, event.length)];
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
  return toBuffer(renderObject(item.object, context));
}
