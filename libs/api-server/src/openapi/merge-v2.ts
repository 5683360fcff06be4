import { isDeepStrictEqual } from 'node:util';
import type { OpenApiV2 } from '../discovery/aggregated-apis';

const prefix = '#/definitions/';

/** Calls back for each reference to a definition within a schema, a path or an operation. */
function eachReference(value: unknown, found: (name: string) => void): void {
  if (Array.isArray(value)) for (const item of value) eachReference(item, found);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value))
      if (key === '$ref' && typeof inner === 'string') {
        if (inner.startsWith(prefix)) found(inner.slice(prefix.length));
      } else eachReference(inner, found);
}

/** The same value with other references. */
function withReferences(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      if (key !== '$ref' || typeof inner !== 'string' || !inner.startsWith(prefix))
        return [key, withReferences(inner, names)];
      const name = inner.slice(prefix.length);
      return [key, `${prefix}${names.get(name) ?? name}`];
    }),
  );
}

/**
 * What a document says of the paths that are chosen, with the definitions that this needs.
 * Upstream: FilterSpecByPaths in kube-openapi's pkg/aggregator/aggregator.go.
 */
export function partOfOpenApiV2(document: OpenApiV2, isChosen: (path: string) => boolean): OpenApiV2 {
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => isChosen(path)));
  const definitions = new Map<string, object>();
  const waiting: unknown[] = [paths];
  while (waiting.length > 0)
    eachReference(waiting.pop(), (name) => {
      const definition = Object.hasOwn(document.definitions, name) ? document.definitions[name] : undefined;
      if (!definition || definitions.has(name)) return;
      definitions.set(name, definition);
      waiting.push(definition);
    });
  return { paths, definitions: Object.fromEntries(definitions) };
}

/**
 * One document of several. A path belongs to who is first to name it; a definition whose name is another's already gets
 * a name of its own: `…_v2`, `…_v3`. Upstream: mergeSpec in kube-openapi's pkg/aggregator/aggregator.go.
 */
export function mergeOpenApiV2<T extends OpenApiV2>(first: T, others: readonly OpenApiV2[]): T {
  if (others.length === 0) return first;
  const paths = new Map(Object.entries(first.paths));
  const definitions = new Map(Object.entries(first.definitions));
  for (const other of others) {
    const names = newNames(other, definitions);
    for (const [name, definition] of Object.entries(other.definitions)) {
      const free = names.get(name) ?? name;
      if (!definitions.has(free)) definitions.set(free, withReferences(definition, names) as object);
    }
    for (const [path, item] of Object.entries(other.paths))
      if (!paths.has(path)) paths.set(path, withReferences(item, names) as object);
  }
  return { ...first, paths: Object.fromEntries(paths), definitions: Object.fromEntries(definitions) };
}

/** What definitions are called anew whose names mean something else already. */
function newNames({ definitions }: OpenApiV2, taken: ReadonlyMap<string, object>): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries(definitions)) {
    let free = name;
    for (let number = 2; taken.has(free) && !isDeepStrictEqual(taken.get(free), definition); number += 1)
      free = `${name}_v${number}`;
    if (free !== name) names.set(name, free);
  }
  return names;
}
