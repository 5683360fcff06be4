import type { ServerHttp2Stream } from 'node:http2';
import { context } from '@opentelemetry/api';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { metav1, skiffapiv1 } from '@skiff/contracts';
import { badRequest, requestEntityTooLarge, StatusError } from '@skiff/apimachinery';
import { contextFrom, isSampled } from '@skiff/platform';
import type { Outcome } from '../../request/outcome';
import type { Request } from '../../request/request';
import { askedToCreate, askedToDelete, askedToPatch, askedToUpdate, type Asked, type MessageOrigin } from './decode';
import { wrapBytes } from './encode';
import { mostRequestBytes } from '../../request/limits';
import { decodeMessage, frame, readFrames, startResponse } from './frames';
import { unread, type GrpcMethod } from './method';
import { ask, unanswerable, userAgentOf, type RequestsOfCall } from './requests-of-call';

/** A stream of writes: each is a request. */
export const writeStream = (requests: RequestsOfCall): GrpcMethod => ({
  method: 'POST',
  lasts: true,
  isDoor: true,
  info: unread,
  begin: (stream) => ({
    answer: async (_, call) => {
      await answerWrites(requests, call, stream);
      return undefined;
    },
  }),
});

/** How many bytes the writes of a stream may take whose answers are not sent yet, before it is read on. */
const mostRunningBytes = 16 << 20;

/** Answers each write of a stream when it is done, whatever the order. */
async function answerWrites(requests: RequestsOfCall, call: Request, stream: ServerHttp2Stream): Promise<void> {
  const userAgent = userAgentOf(call);
  startResponse(stream);
  const running = new Set<Promise<void>>();
  let runningBytes = 0;
  try {
    for await (const message of readFrames(stream)) {
      const request = decodeMessage(skiffapiv1.WriteRequest, message);
      const bytes = message.length;
      // Each write of a stream may belong to another trace.
      const trace = contextFrom(request.trace);
      const run = (): Promise<Uint8Array> => write(requests, call, request, { userAgent, bytes });
      runningBytes += bytes;
      const answer = isSampled(trace) ? context.with(trace, run) : run();
      const answered: Promise<void> = answer.then(async (response) => {
        runningBytes += response.length;
        await sent(stream, response);
        runningBytes -= bytes + response.length;
        running.delete(answered);
      });
      running.add(answered);
      while (runningBytes > mostRunningBytes) await Promise.race(running);
    }
  } finally {
    // Whatever the stream ends with is told after the answers to what it asked before.
    await Promise.all(running);
  }
}

/** Resolves when a message is on its way, or its stream has gone. */
const sent = (stream: ServerHttp2Stream, message: Uint8Array): Promise<void> =>
  new Promise((resolve) => void stream.write(frame(message), () => resolve()));

async function write(
  requests: RequestsOfCall,
  call: Request,
  request: skiffapiv1.WriteRequest,
  origin: MessageOrigin,
): Promise<Uint8Array> {
  const writer = new BinaryWriter().uint32(8).uint64(request.id ?? 0);
  const status = (value: metav1.Status): Uint8Array =>
    writer.uint32(26).bytes(metav1.Status.encode(value).finish()).finish();
  try {
    if (origin.bytes > mostRequestBytes) throw requestEntityTooLarge(`limit is ${mostRequestBytes}`);
    const outcome: Outcome = await ask(requests, call, askedOf(request, origin));
    if (outcome.type === 'status') return status(outcome.status);
    if (outcome.type === 'object') return writer.uint32(18).bytes(wrapBytes(outcome.object)).finish();
    throw unanswerable(outcome);
  } catch (error) {
    return status(StatusError.from(error).toStatus());
  }
}

function askedOf({ create, update, patch, delete: gone }: skiffapiv1.WriteRequest, origin: MessageOrigin): Asked {
  if (create) return askedToCreate(create, origin);
  if (update) return askedToUpdate(update, origin);
  if (patch) return askedToPatch(patch, origin);
  if (gone) return askedToDelete(gone);
  throw badRequest('a write without an operation');
}
