import type { metav1 } from '@skiff/contracts';
import { self, type FieldSet } from './field-set';

type Entries = readonly metav1.ManagedFieldsEntry[];

/** Sets are walked by recursion, and none is as deep. */
const deepest = 1_000;

/**
 * The managers that a client sent, as far as they are understood: an element of a kind that is not known is left out.
 * Undefined when they cannot be read, in which case nobody minds what was sent.
 * Upstream: DecodeManagedFields of apimachinery's managedfields; Set.FromJSON of structured-merge-diff.
 */
export function readManagers(entries: Entries): metav1.ManagedFieldsEntry[] | undefined {
  const read: metav1.ManagedFieldsEntry[] = [];
  for (const entry of entries) {
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') return undefined;
    if (!entry.apiVersion || entry.fieldsType !== 'FieldsV1' || !isNamed(entry)) return undefined;
    const fieldsV1 = readSet(entry.fieldsV1, 0);
    if (!fieldsV1) return undefined;
    read.push({ ...entry, fieldsV1 });
  }
  return read;
}

/** In bytes. */
const longestManager = 128;
const longestSubresource = 256;

const isNamed = ({ manager = '', subresource = '' }: metav1.ManagedFieldsEntry): boolean =>
  Buffer.byteLength(manager) <= longestManager &&
  Buffer.byteLength(subresource) <= longestSubresource &&
  /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u.test(manager);

/** Whether they ask to forget all managers: by none at all, or by one of whom nothing is said. */
export function isReset(entries: Entries): boolean {
  const [only] = entries;
  if (!only) return true;
  return entries.length === 1 && Object.values(only).every((value) => value === undefined || value === '');
}

function readSet(value: unknown, depth: number): FieldSet | undefined {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value) || depth > deepest) return undefined;
  const set: FieldSet = {};
  for (const [element, below] of Object.entries(value)) {
    if (element === self) {
      set[self] = {};
      continue;
    }
    const sort = sortOf(element);
    if (sort === 'unknown') continue;
    const children = sort && readSet(below, depth + 1);
    if (!children) return undefined;
    set[element] = isOnlySelf(children) ? {} : children;
  }
  return set;
}

function isOnlySelf(set: FieldSet): boolean {
  for (const element in set) if (element !== self) return false;
  return true;
}

/** What a path element is; undefined when it is none. */
function sortOf(element: string): 'field' | 'value' | 'index' | 'key' | 'unknown' | undefined {
  if (element[1] !== ':') return undefined;
  const content = element.slice(2);
  switch (element[0]) {
    case 'f':
      return 'field';
    case 'v':
      return jsonOf(content) === undefined ? undefined : 'value';
    case 'i':
      return /^[-+]?\d+$/.test(content) ? 'index' : undefined;
    case 'k':
      return isObject(jsonOf(content)) ? 'key' : undefined;
    default:
      return 'unknown';
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no value.
    return undefined;
  }
}
