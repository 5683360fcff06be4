import type { ApiObject, Resource } from '@skiff/apimachinery';
import { apiVersionOf, skiffstoragev1, type Kind } from '@skiff/contracts';
import type { Entry } from '@skiff/storage';
import type { MemoryData } from '@skiff/storage-memory';

/** What is stored now, for tests to look at without a request. */
export class StoredObjects {
  private readonly read = new Map<string, { readonly revision: bigint; readonly object: ApiObject }>();

  private readonly prefixes = new Map<string, string>();

  constructor(private readonly data: MemoryData) {}

  /** Knows from now on where the objects of these are. */
  serve(resources: readonly Resource[]): void {
    for (const { kind, storagePrefix } of resources) this.prefixes.set(`${kind.group}/${kind.plural}`, storagePrefix);
  }

  /** Grows with every write. */
  get revision(): number {
    return Number(this.data.revision);
  }

  /** @param key "namespace/name", or the name alone. */
  get<T extends ApiObject>(kind: Kind<T>, key: string): T | undefined {
    const stored = this.data.state.get(this.prefixOf(kind) + key);
    return stored && this.objectOf(kind, stored.entry);
  }

  /** In the order in which they were created. */
  list<T extends ApiObject>(kind: Kind<T>, namespace?: string): T[] {
    return [...this.data.state.range(this.prefixOf(kind) + (namespace ? `${namespace}/` : ''))]
      .map(({ entry }) => entry)
      .sort((left, right) => Number(left.createRevision - right.createRevision))
      .map((entry) => this.objectOf(kind, entry));
  }

  private objectOf<T extends ApiObject>(kind: Kind<T>, { key, value, revision }: Entry): T {
    const known = this.read.get(key);
    // The prefix of the key is that of the kind.
    if (known?.revision === revision) return known.object as T;
    const { object: message, apiVersion = '' } = skiffstoragev1.Record.decode(value);
    if (message === undefined || (apiVersion !== '' && apiVersion !== apiVersionOf(kind)))
      throw new TypeError(`${key} is stored as ${apiVersion}`);
    const decoded = kind.codec.decode(message);
    const metadata = { ...decoded.metadata, resourceVersion: String(revision) };
    const object = { ...decoded, metadata, kind: kind.kind, apiVersion: apiVersionOf(kind) };
    this.read.set(key, { revision, object });
    return object;
  }

  private prefixOf({ group, plural, kind }: Kind<ApiObject>): string {
    const prefix = this.prefixes.get(`${group}/${plural}`);
    if (prefix === undefined) throw new RangeError(`${kind} is not stored`);
    return prefix;
  }
}
