import { sameValue } from '../object/same-value';
import { attach, isEmptySet, self, SharedSets, type FieldSet } from './field-set';
import type { ObjectSchema } from '../schema/object-schema';
import {
  elementOf,
  isLeaf,
  listOf,
  mapOf,
  objectShape,
  shapeOf,
  type ListShape,
  type Shape,
  type Values,
} from './shape';

/** How two versions of an object differ. */
export interface Comparison {
  /** Fields that were added or have another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

/** Objects of one origin have the same fields, so that few sets are ever made. */
const wholeSets = new SharedSets();

/** Compares two versions of an object by its schema, as structured-merge-diff does. */
export function compareObjects(schema: ObjectSchema, before: unknown, after: unknown): Comparison {
  const found: Comparison = { changed: {}, removed: {} };
  walkMap(objectShape(schema), before as Values, after as Values, found);
  return found;
}

/** Adds how two values at an element differ to what was found. */
function walk(shape: Shape, before: unknown, after: unknown, element: string, found: Comparison): void {
  if (before === after) return;
  const { changed, removed } = found;
  const added = before === undefined;
  const gone = after === undefined;
  if (isLeaf(shape, before, after)) {
    if (gone) removed[element] = {};
    else if (added || !sameValue(before, after)) changed[element] = {};
    return;
  }
  if (added) {
    changed[element] = wholeSets.get(signature(shape, after), () => wholeSet(shape, after));
    return;
  }
  const below: Comparison = { changed: {}, removed: {} };
  if (Array.isArray(before) || Array.isArray(after)) walkList(shape, listOf(before), listOf(after), below);
  else walkMap(shape, mapOf(before), mapOf(after), below);
  attach(changed, element, below.changed, false);
  attach(removed, element, below.removed, gone);
}

/** All fields of a value that was not there before. */
function wholeSet(shape: Shape, value: unknown): FieldSet {
  const members: FieldSet = {};
  const found: Comparison = { changed: members, removed: {} };
  if (Array.isArray(value)) walkList(shape, [], value, found);
  else walkMap(shape, {}, mapOf(value), found);
  return isEmptySet(members) ? {} : { [self]: {}, ...members };
}

/**
 * What of a value decides its set of fields: the names, and the keys of list items. The length before each tells
 * where it ends, since clients choose names.
 */
function signature(shape: Shape, value: unknown): string {
  if (isLeaf(shape, undefined, value)) return '';
  let text = '';
  if (Array.isArray(value)) {
    if (shape.type !== 'list') return '[]';
    for (const item of value) text += bounded(elementOf(shape, item)) + signature(shape.element, item);
    return `[${text}]`;
  }
  const map = mapOf(value);
  for (const name in map)
    if (map[name] !== undefined) text += bounded(name) + signature(shapeOf(shape, name), map[name]);
  return `{${text}}`;
}

const bounded = (name: string): string => `${name.length}:${name}`;

/**
 * What decides how two versions differ: the names of fields, the keys of list items, and which values are
 * the same. Undefined when the older one has lists, of which too much would have to be told.
 */
export function differenceSignature(schema: ObjectSchema, before: unknown, after: unknown): string | undefined {
  return difference(objectShape(schema), before, after);
}

function difference(shape: Shape, before: unknown, after: unknown): string | undefined {
  if (before === undefined) return `+${signature(shape, after)}`;
  if (after === undefined) return '-';
  if (isLeaf(shape, before, after)) return sameValue(before, after) ? '=' : '!';
  if (Array.isArray(before) || Array.isArray(after))
    return listOf(before).length === 0 ? `*${signature(shape, after)}` : undefined;
  return mapDifference(shape, mapOf(before), mapOf(after));
}

/** First the fields of the older one, then those that only the newer one has. */
function mapDifference(shape: Shape, old: Values, now: Values): string | undefined {
  let text = '{';
  for (const name in old) {
    if (old[name] === undefined) continue;
    const part = difference(shapeOf(shape, name), old[name], now[name]);
    if (part === undefined) return undefined;
    text += bounded(name) + part;
  }
  for (const name in now) {
    if (now[name] === undefined || old[name] !== undefined) continue;
    text += `${bounded(name)}+${signature(shapeOf(shape, name), now[name])}`;
  }
  return `${text}}`;
}

function walkMap(shape: Shape, before: Values, after: Values, found: Comparison): void {
  for (const name in after) {
    if (after[name] !== undefined) walk(shapeOf(shape, name), before[name], after[name], `f:${name}`, found);
  }
  for (const name in before) {
    if (before[name] !== undefined && after[name] === undefined)
      walk(shapeOf(shape, name), before[name], undefined, `f:${name}`, found);
  }
}

function walkList(shape: Shape, before: readonly unknown[], after: readonly unknown[], found: Comparison): void {
  if (shape.type !== 'list') return;
  const old = byElement(shape, before);
  const now = byElement(shape, after);
  for (const [element, item] of now) walk(shape.element, old.get(element), item, element, found);
  for (const [element, item] of old) if (!now.has(element)) walk(shape.element, item, undefined, element, found);
}

/** The items by their path elements; of several with one key, the first counts. */
function byElement(shape: ListShape, items: readonly unknown[]): Map<string, unknown> {
  const result = new Map<string, unknown>();
  for (const item of items) {
    const element = elementOf(shape, item);
    if (!result.has(element)) result.set(element, item);
  }
  return result;
}
