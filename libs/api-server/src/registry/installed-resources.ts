import type { Resource } from '@skiff/apimachinery';
import { apiVersionOf, type Kind } from '@skiff/contracts';

/** What is served between two changes of it. It never changes itself, so that what is derived from it can be kept by it. */
export interface Generation {
  /** How many changes there were before. */
  readonly number: number;
  readonly definitions: readonly Resource[];
  /** The same by "group/version", or "version" in the core group; those in which nothing changed are the ones of before. */
  readonly groupVersions: ReadonlyMap<string, readonly Resource[]>;
  /** Aborts with the next change. */
  readonly replaced: AbortSignal;
}

const keyOf = ({ kind }: Resource): string => nameOf(kind.group, kind.version, kind.plural);
const nameOf = (group: string, version: string, plural: string): string => `${group}/${version}/${plural}`;
const storageOf = ({ kind, storage }: Resource): unknown => storage?.kinds[0] ?? kind;

/** Which resources are installed. */
export class InstalledResources {
  private readonly byKey = new Map<string, Resource>();
  private readonly byKind = new Map<unknown, Resource>();
  private replacing = new AbortController();
  private current: Generation = {
    ...{ number: 0, definitions: [], groupVersions: new Map() },
    replaced: this.replacing.signal,
  };

  get generation(): Generation {
    return this.current;
  }

  find(group: string, version: string, resource: string): Resource | undefined {
    return this.byKey.get(nameOf(group, version, resource));
  }

  /** That of a kind: what the server reads for itself is found by it, without making a text of its name. */
  of(kind: Kind): Resource | undefined {
    return this.byKind.get(kind) ?? this.find(kind.group, kind.version, kind.plural);
  }

  /**
   * Adds resources in place of others. Throws a RangeError, and changes nothing, when one is there already or is stored
   * otherwise than another version of it.
   */
  add(resources: readonly Resource[], replaced: readonly Resource[] = []): void {
    const kept = this.current.definitions.filter((definition) => !replaced.includes(definition));
    const definitions = [...kept, ...resources];
    requireDistinct(definitions);
    requireOneStorage(definitions);
    this.forget(replaced);
    for (const definition of resources) {
      this.byKey.set(keyOf(definition), definition);
      this.byKind.set(definition.kind, definition);
    }
    this.replace(definitions);
  }

  remove(resources: readonly Resource[]): void {
    this.forget(resources);
    this.replace(this.current.definitions.filter((definition) => !resources.includes(definition)));
  }

  private forget(resources: readonly Resource[]): void {
    for (const definition of resources) {
      this.byKey.delete(keyOf(definition));
      this.byKind.delete(definition.kind);
    }
  }

  private replace(definitions: readonly Resource[]): void {
    const { number, groupVersions } = this.current;
    const replaced = this.replacing;
    this.replacing = new AbortController();
    this.current = {
      ...{ number: number + 1, definitions, groupVersions: byGroupVersion(definitions, groupVersions) },
      replaced: this.replacing.signal,
    };
    replaced.abort();
  }
}

function requireDistinct(definitions: readonly Resource[]): void {
  const keys = new Set<string>();
  for (const definition of definitions) {
    const key = keyOf(definition);
    if (keys.has(key)) throw new RangeError(`${key} is served already`);
    keys.add(key);
  }
}

function requireOneStorage(definitions: readonly Resource[]): void {
  const storages = new Map<string, unknown>();
  for (const definition of definitions) {
    const { storagePrefix } = definition;
    const storage = storages.get(storagePrefix) ?? storageOf(definition);
    if (storage !== storageOf(definition))
      throw new RangeError(`what lies below ${storagePrefix} is stored in two versions`);
    storages.set(storagePrefix, storage);
  }
}

function byGroupVersion(
  definitions: readonly Resource[],
  before: Generation['groupVersions'],
): Generation['groupVersions'] {
  const groups = new Map<string, Resource[]>();
  for (const definition of definitions) {
    const name = apiVersionOf(definition.kind);
    const known = groups.get(name);
    if (known) known.push(definition);
    else groups.set(name, [definition]);
  }
  return new Map([...groups].map(([name, now]) => [name, unchanged(before.get(name), now) ?? now]));
}

function unchanged(before: readonly Resource[] | undefined, now: readonly Resource[]): readonly Resource[] | undefined {
  return before?.length === now.length && before.every((definition, index) => definition === now[index])
    ? before
    : undefined;
}
