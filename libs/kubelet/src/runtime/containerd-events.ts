import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { isUnimplemented, runtimeError } from './cri-mapping';

/** What containerd told of a container. */
export interface ContainerdEvent {
  readonly kind: 'exit' | 'oom';
  readonly id: string;
}

/** A client on whose connection the events can be had. */
export interface StreamSource {
  makeServerStreamRequest<Request, Response>(
    path: string,
    serialize: (value: Request) => Buffer,
    deserialize: (bytes: Buffer) => Response,
    argument: Request,
  ): ClientReadableStream<Response>;
}

const topics: Readonly<Record<string, ContainerdEvent['kind']>> = { '/tasks/exit': 'exit', '/tasks/oom': 'oom' };

/**
 * containerd tells of every task over its own event service, also in versions
 * whose CRI has no container events. Events of one container come in order. Ends
 * when the signal aborts, and at once where there is no such service.
 */
export async function* containerdEvents(source: StreamSource, signal: AbortSignal): AsyncIterable<ContainerdEvent> {
  const path = '/containerd.services.events.v1.Events/Subscribe';
  const stream = source.makeServerStreamRequest(path, filters, readEnvelope, {});
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for await (const item of stream) {
      const event = item as ContainerdEvent | undefined;
      if (event !== undefined) yield event;
    }
  } catch (error) {
    if (!signal.aborted && !isUnimplemented(error)) throw runtimeError(error as ServiceError);
  } finally {
    signal.removeEventListener('abort', cancel);
    stream.cancel();
  }
}

/** SubscribeRequest: filters = 1, of which one has to match. */
function filters(): Buffer {
  return Buffer.concat(
    Object.keys(topics).map((topic) => {
      const filter = Buffer.from(`topic=="${topic}"`);
      return Buffer.concat([Buffer.from([0x0a, filter.length]), filter]);
    }),
  );
}

/**
 * Reads an envelope: topic = 3, event = 4 (an Any, value = 2). Both TaskExit and
 * TaskOOM have container_id = 1; id = 2 of TaskExit is the process that ended.
 */
function readEnvelope(bytes: Buffer): ContainerdEvent | undefined {
  const kind = topics[text(readField(bytes, 3))];
  const event = readField(bytes, 4);
  const value = event === undefined ? undefined : readField(event, 2);
  if (kind === undefined || value === undefined) return undefined;
  const id = text(readField(value, 1));
  // Commands run in a container end, too; only its main process has the container's id.
  if (id === '' || (kind === 'exit' && text(readField(value, 2)) !== id)) return undefined;
  return { kind, id };
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

function readField(bytes: Uint8Array, field: number): Uint8Array | undefined {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === field) return reader.bytes();
    reader.skip(wireType);
  }
  return undefined;
}
