import type { Entry, Store, StoreEvent, WatchBatch, WriteResult } from '@skiff/storage';
import type { Restored, Transformer } from './transformer';

/** How the values under a key are stored; undefined for those that are stored as they are. */
export type TransformerOf = (key: string) => Transformer | undefined;

/**
 * A store whose values are encrypted in another. Values are decrypted when somebody asks for them, so that those of
 * events that nobody looks at cost nothing, and one that cannot be decrypted fails whoever asks for it and nobody else.
 */
export function encryptStore(store: Store, transformerOf: TransformerOf): Store {
  const seal = (key: string, value: Uint8Array): Uint8Array => transformerOf(key)?.toStorage(value, key) ?? value;
  const open = (entry: Entry): Entry => new EncryptedEntry(entry, transformerOf);
  return {
    async get(key, signal) {
      const { entry, revision } = await store.get(key, signal);
      return { ...(entry ? { entry: open(entry) } : {}), revision };
    },
    async list(request, signal) {
      const page = await store.list(request, signal);
      return { ...page, entries: page.entries.map(open) };
    },
    currentRevision: (signal) => store.currentRevision(signal),
    watch: (prefix, afterRevision, signal) => openAll(store.watch(prefix, afterRevision, signal), open),
    create: async (key, value, options) => opened(await store.create(key, seal(key, value), options), open),
    update: async (key, value, expected, options) =>
      opened(await store.update(key, seal(key, value), expected, options), open),
    delete: async (key, expected) => opened(await store.delete(key, expected), open),
    grantLease: (ttlSeconds) => store.grantLease(ttlSeconds),
    keepLeaseAlive: (lease) => store.keepLeaseAlive(lease),
    revokeLease: (lease) => store.revokeLease(lease),
    compact: (revision) => store.compact(revision),
    close: () => store.close(),
  };
}

async function* openAll(batches: AsyncIterable<WatchBatch>, open: (entry: Entry) => Entry): AsyncIterable<WatchBatch> {
  const openEvent = (event: StoreEvent): StoreEvent => {
    const previous = event.previous && { previous: open(event.previous) };
    return event.type === 'put'
      ? { ...event, entry: open(event.entry), ...previous }
      : { ...event, previous: open(event.previous) };
  };
  for await (const { events, revision } of batches) yield { events: events.map(openEvent), revision };
}

function opened(result: WriteResult, open: (entry: Entry) => Entry): WriteResult {
  return result.ok || !result.current ? result : { ...result, current: open(result.current) };
}

/**
 * An entry of the encrypted store. Its value throws TransformError as long as it cannot be decrypted. What it keeps beside
 * is part of no comparison, copy or listing of its members.
 */
class EncryptedEntry implements Entry {
  readonly key: string;
  readonly revision: bigint;
  readonly createRevision: bigint;
  readonly #stored: Uint8Array;
  readonly #transformerOf: TransformerOf;
  #restored: Restored | undefined;

  constructor({ key, value, revision, createRevision }: Entry, transformerOf: TransformerOf) {
    this.key = key;
    this.revision = revision;
    this.createRevision = createRevision;
    this.#stored = value;
    this.#transformerOf = transformerOf;
  }

  get value(): Uint8Array {
    return this.restore().value;
  }

  get stale(): boolean {
    return this.restore().stale;
  }

  private restore(): Restored {
    const transformer = this.#transformerOf(this.key);
    return (this.#restored ??= transformer?.fromStorage(this.#stored, this.key) ?? {
      value: this.#stored,
      stale: false,
    });
  }
}
