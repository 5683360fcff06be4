import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { RuntimeHint } from './types';

// SubscribeRequest{filters: ['topic=="/tasks/exit"']}
/** Asks containerd's event service for the ends of processes. */
export const subscribeToExits = ((): Buffer => {
  const filter = Buffer.from('topic=="/tasks/exit"');
  return Buffer.concat([Buffer.from([0x0a, filter.length]), filter]);
})();

/** Reads from an envelope (event = 4, an Any) of TaskExit (container_id = 1, id = 2) whose process ended. */
export function readEnvelope(bytes: Buffer): RuntimeHint {
  const event = readField(bytes, 4);
  const value = event === undefined ? undefined : readField(event, 2);
  if (value === undefined) return {};
  const [container, process] = [readField(value, 1), readField(value, 2)];
  // Commands run in a container end, too; only its main process has the container's id.
  if (container === undefined || process === undefined || !Buffer.from(container).equals(process)) return {};
  return { id: Buffer.from(container).toString('utf8') };
}

function readField(bytes: Uint8Array, field: number): Uint8Array | undefined {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === field) return reader.bytes();
    reader.skip(wireType);
  }
  return undefined;
}
