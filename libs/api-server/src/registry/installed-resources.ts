import { apiVersionOf } from '@skiff/contracts';
import { resourceKey, type ResourceDefinition } from './resource-definition';

/** What is served between two changes of it. It never changes itself, so that what is derived from it can be kept by it. */
export interface Generation {
  /** How many changes there were before. */
  readonly number: number;
  readonly definitions: readonly ResourceDefinition[];
  /** The same by "group/version", or "version" in the core group; those in which nothing changed are the ones of before. */
  readonly groupVersions: ReadonlyMap<string, readonly ResourceDefinition[]>;
  /** Aborts with the next change. */
  readonly replaced: AbortSignal;
}

const keyOf = ({ kind }: ResourceDefinition): string => resourceKey(kind.group, kind.version, kind.plural);
const storageOf = ({ kind, storage }: ResourceDefinition): unknown => storage?.kinds[0] ?? kind;

/** Which resources are installed. */
export class InstalledResources {
  private readonly byKey = new Map<string, ResourceDefinition>();
  private replacing = new AbortController();
  private current: Generation = {
    ...{ number: 0, definitions: [], groupVersions: new Map() },
    replaced: this.replacing.signal,
  };

  get generation(): Generation {
    return this.current;
  }

  find(group: string, version: string, resource: string): ResourceDefinition | undefined {
    return this.byKey.get(resourceKey(group, version, resource));
  }

  /** Throws a RangeError, and adds none, when one is there already or is stored otherwise than another version of it. */
  add(resources: readonly ResourceDefinition[]): void {
    const definitions = [...this.current.definitions, ...resources];
    requireDistinct(definitions);
    requireOneStorage(definitions);
    for (const definition of resources) this.byKey.set(keyOf(definition), definition);
    this.replace(definitions);
  }

  remove(resources: readonly ResourceDefinition[]): void {
    for (const definition of resources) this.byKey.delete(keyOf(definition));
    this.replace(this.current.definitions.filter((definition) => !resources.includes(definition)));
  }

  private replace(definitions: readonly ResourceDefinition[]): void {
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

function requireDistinct(definitions: readonly ResourceDefinition[]): void {
  const keys = new Set<string>();
  for (const definition of definitions) {
    const key = keyOf(definition);
    if (keys.has(key)) throw new RangeError(`${key} is served already`);
    keys.add(key);
  }
}

function requireOneStorage(definitions: readonly ResourceDefinition[]): void {
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
  definitions: readonly ResourceDefinition[],
  before: Generation['groupVersions'],
): Generation['groupVersions'] {
  const groups = new Map<string, ResourceDefinition[]>();
  for (const definition of definitions) {
    const name = apiVersionOf(definition.kind);
    const known = groups.get(name);
    if (known) known.push(definition);
    else groups.set(name, [definition]);
  }
  return new Map([...groups].map(([name, now]) => [name, unchanged(before.get(name), now) ?? now]));
}

function unchanged(
  before: readonly ResourceDefinition[] | undefined,
  now: readonly ResourceDefinition[],
): readonly ResourceDefinition[] | undefined {
  return before?.length === now.length && before.every((definition, index) => definition === now[index])
    ? before
    : undefined;
}
