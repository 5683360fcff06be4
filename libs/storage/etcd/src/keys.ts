import { prefixEnd, type Entry, type StoreEvent } from '@skiff/storage';
import type { IEvent, IKeyValue } from 'etcd3';
import type { KeyValue } from './calls/messages';

/** Where the keys of a store lie in etcd: `<root>/data<key>`, with `<root>/progress` beside them. */
export class KeySpace {
  private readonly data: string;

  constructor(private readonly root: string) {
    this.data = `${root}/data`;
  }

  /** A key that no reader sees; writing it moves every watch on. */
  get progress(): Buffer {
    return Buffer.from(`${this.root}/progress`);
  }

  key(key: string): Buffer {
    return Buffer.from(this.data + key);
  }

  /** Everything of the store, `progress` included. */
  get all(): { key: Buffer; range_end: Buffer } {
    return range(Buffer.from(`${this.root}/`));
  }

  /** The keys under a prefix, those after `after` only when given. */
  range(prefix: string, after?: string): { key: Buffer; range_end: Buffer } {
    const whole = range(this.key(prefix));
    if (after === undefined) return whole;
    const start = this.key(`${after}\0`);
    return Buffer.compare(start, whole.key) > 0 ? { key: start, range_end: whole.range_end } : whole;
  }

  entry(kv: IKeyValue): Entry {
    return {
      key: kv.key.toString().slice(this.data.length),
      value: kv.value,
      revision: BigInt(kv.mod_revision),
      createRevision: BigInt(kv.create_revision),
    };
  }

  entryOf({ key, value, modRevision, createRevision }: KeyValue): Entry {
    const text = Buffer.from(key.buffer, key.byteOffset, key.length).toString();
    return { key: text.slice(this.data.length), value, revision: modRevision, createRevision };
  }

  /** The event for the store's watchers; undefined for other keys. */
  event(event: IEvent): StoreEvent | undefined {
    if (!event.kv.key.toString().startsWith(this.data)) return undefined;
    const hasPrevious = (event.prev_kv as IKeyValue | null) !== null && event.prev_kv.key.length > 0;
    const previous = hasPrevious ? this.entry(event.prev_kv) : undefined;
    if (event.type === 'Put') {
      return { type: 'put', entry: this.entry(event.kv), ...(previous === undefined ? {} : { previous }) };
    }
    const { key, revision } = this.entry(event.kv);
    if (previous === undefined) throw new Error(`etcd did not tell what revision ${revision} deleted`);
    return { type: 'delete', key, revision, previous };
  }
}

function range(prefix: Buffer): { key: Buffer; range_end: Buffer } {
  return { key: prefix, range_end: prefixEnd(prefix) ?? Buffer.of(0) };
}
