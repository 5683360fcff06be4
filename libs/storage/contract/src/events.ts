import type { StoreEvent } from './store';

/** The revision of the write that an event tells of. */
export function eventRevision(event: StoreEvent): bigint {
  return event.type === 'put' ? event.entry.revision : event.revision;
}

/** The key that an event tells of. */
export function eventKey(event: StoreEvent): string {
  return event.type === 'put' ? event.entry.key : event.key;
}

/** The first key in byte order after all that begin with `prefix`; undefined when there is none. */
export function prefixEnd(prefix: Buffer): Buffer | undefined {
  for (let last = prefix.length - 1; last >= 0; last--) {
    const byte = prefix[last] ?? 0;
    if (byte === 0xff) continue;
    const end = Buffer.from(prefix.subarray(0, last + 1));
    end[last] = byte + 1;
    return end;
  }
  return undefined;
}

/** What an event keeps in memory: its values and about so much for the rest. */
export function eventBytes(event: StoreEvent): number {
  const value = event.type === 'put' ? event.entry.value.length : 0;
  return 256 + value + (event.previous?.value.length ?? 0);
}
