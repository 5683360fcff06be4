import { context } from '@opentelemetry/api';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { metav1, skiffapiv1 } from '@skiff/contracts';
import { badRequest, StatusError } from '@skiff/apimachinery';
import { contextFrom, isSampled } from '@skiff/platform';
import type { CachedObject } from '../../cache/cached-object';
import type { DeleteResult } from '../../operations/operations';
import { wrapBytes } from './answers';
import type { GrpcCall } from './call';
import { decodeMessage, frame, readFrames, startResponse } from './frames';

/** Who does what a stream asks for, in a message of so many bytes. */
export interface Writes {
  create(request: skiffapiv1.CreateRequest, bytes: number): Promise<CachedObject>;
  update(request: skiffapiv1.UpdateRequest, bytes: number): Promise<CachedObject>;
  patch(request: skiffapiv1.PatchRequest, bytes: number): Promise<CachedObject>;
  delete(request: skiffapiv1.DeleteRequest): Promise<DeleteResult>;
}

/** Answers each write of a stream when it is done, whatever the order. */
export async function serveWrites(writes: Writes, { stream }: GrpcCall): Promise<void> {
  startResponse(stream);
  const running = new Set<Promise<void>>();
  for await (const message of readFrames(stream)) {
    const request = decodeMessage(skiffapiv1.WriteRequest, message);
    // Each write of a stream may belong to another trace.
    const trace = contextFrom(request.trace);
    const run = (): Promise<Uint8Array> => write(writes, request, message.length);
    const answer = isSampled(trace) ? context.with(trace, run) : run();
    const answered: Promise<void> = answer.then((response) => {
      stream.write(frame(response));
      running.delete(answered);
    });
    running.add(answered);
  }
  await Promise.all(running);
}

async function write(writes: Writes, request: skiffapiv1.WriteRequest, bytes: number): Promise<Uint8Array> {
  const writer = new BinaryWriter().uint32(8).uint64(request.id ?? 0);
  const status = (value: metav1.Status): Uint8Array =>
    writer.uint32(26).bytes(metav1.Status.encode(value).finish()).finish();
  try {
    if (request.delete) {
      const result = await writes.delete(request.delete);
      return 'object' in result ? writer.uint32(18).bytes(wrapBytes(result.object)).finish() : status(result.status);
    }
    // Only once it is known that there is an object: nothing may stand before a status.
    const object = await written(writes, request, bytes);
    return writer.uint32(18).bytes(wrapBytes(object)).finish();
  } catch (error) {
    return status(StatusError.from(error).toStatus());
  }
}

async function written(
  writes: Writes,
  { create, update, patch }: skiffapiv1.WriteRequest,
  bytes: number,
): Promise<CachedObject> {
  if (create) return writes.create(create, bytes);
  if (update) return writes.update(update, bytes);
  if (patch) return writes.patch(patch, bytes);
  throw badRequest('a write without an operation');
}
