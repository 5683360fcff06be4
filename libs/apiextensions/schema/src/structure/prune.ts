import { requireDepth } from '@skiff/apimachinery';
import { setEntry } from '@skiff/contracts';
import { isFields, type Fields, type Structure } from './structure';

/**
 * Leaves out of a value what its schema does not name, and what is null where that is neither allowed nor replaced by a
 * default. The value stays as it is: what changes is copied, and what does not is shared.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning/algorithm.go.
 *
 * @param pruned gets the paths of fields that are left out, those with null aside.
 */
export function prune(value: Fields, structure: Structure, pruned: string[]): Fields {
  return pruneFields(value, structure, pruned, true);
}

/** Fields that every object of Kubernetes has, and that are read apart. */
const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

function pruneValue(value: unknown, structure: Structure | undefined, pruned: string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return pruneList(value, structure, pruned);
  return isFields(value) ? pruneFields(value, structure, pruned, structure?.embedded ?? false) : value;
}

function pruneFields(value: Fields, structure: Structure | undefined, pruned: string[], embedded: boolean): Fields {
  if (structure?.preserves && !structure.hasParts) {
    requireDepth(value);
    return value;
  }
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const before = value[name];
    const after = embedded && metaFields.has(name) ? before : pruneField(name, before, structure, pruned);
    if (after === before) {
      if (copy) setEntry(copy, name, before);
      continue;
    }
    copy ??= copyUntil(value, name);
    if (after !== undefined) setEntry(copy, name, after);
  }
  return copy ?? value;
}

/** Undefined when it is left out. */
function pruneField(name: string, value: unknown, structure: Structure | undefined, pruned: string[]): unknown {
  const known = structure?.properties.get(name) ?? structure?.additional;
  if (known === undefined) {
    if (structure?.preserves) {
      requireDepth(value);
      return value;
    }
    pruned.push(name);
    return undefined;
  }
  if (value === null) return known.nullable || known.default !== undefined ? null : undefined;
  if (typeof value !== 'object') return value;
  const before = pruned.length;
  const after = pruneValue(value, known, pruned);
  prefix(pruned, before, name);
  return after;
}

function pruneList(list: readonly unknown[], structure: Structure | undefined, pruned: string[]): readonly unknown[] {
  const items = structure?.items;
  if (items === undefined) requireDepth(list);
  if (structure?.preserves && items === undefined) return list;
  let copy: unknown[] | undefined;
  for (const [index, before] of list.entries()) {
    const known = pruned.length;
    const after = pruneValue(before, items, pruned);
    prefix(pruned, known, `[${index}]`);
    if (after !== before) (copy ??= [...list])[index] = after;
  }
  return copy ?? list;
}

function copyUntil(value: Fields, end: string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    if (name === end) break;
    setEntry(copy, name, value[name]);
  }
  return copy;
}

/** Puts a step before the paths that were found below it. */
function prefix(paths: string[], from: number, step: string): void {
  for (let index = from; index < paths.length; index += 1) paths[index] = joined(step, paths[index] ?? '');
}

const joined = (step: string, path: string): string => (path.startsWith('[') ? step + path : `${step}.${path}`);
