import { setEntry } from '@skiff/contracts';
import type { ObjectSchema } from '../schema/object-schema';
import { mergeLists } from './merge-lists';
import { isLeaf, isMap, objectShape, shapeOf, type Shape, type Values } from './shape';

/**
 * An object with everything that a configuration says in it; what the configuration does not mention stays. Both stay
 * as they are, and the result shares with them what did not change.
 * Upstream: typed/merge.go of structured-merge-diff.
 */
export const mergeObjects = (schema: ObjectSchema, live: Values, config: Values): Values =>
  mergeMaps(objectShape(schema), live, config);

function mergeValues(shape: Shape, live: unknown, config: unknown): unknown {
  if (config === undefined) return live;
  if (live === undefined || isLeaf(shape, live, config)) return config;
  if (shape.type === 'list') return mergeListValues(shape, live, config);
  if (config === null) return isMap(live) ? live : null;
  return isMap(live) && isMap(config) ? mergeMaps(shape, live, config) : config;
}

/** A list of nothing, or a null, says nothing of the items of one that is merged. */
function mergeListValues(shape: Shape & { type: 'list' }, live: unknown, config: unknown): unknown {
  if (config === null) return live;
  if (!Array.isArray(live) || !Array.isArray(config)) return config;
  return mergeLists(shape, live, config, (one, other) => mergeValues(shape.element, one, other));
}

/** Whether null is no value of a field. */
function saysNothing(shape: Shape, name: string): boolean {
  const field = shape.type === 'object' ? shape.fields.get(name) : undefined;
  return field !== undefined && !field.nullable;
}

function mergeMaps(shape: Shape, live: Values, config: Values): Values {
  const merged: Record<string, unknown> = { ...live };
  for (const name of Object.keys(config)) {
    const own = Object.hasOwn(live, name) ? live[name] : undefined;
    const given = config[name];
    if (own === undefined && given === null && saysNothing(shape, name)) continue;
    setEntry(merged, name, mergeValues(shapeOf(shape, name), own, given));
  }
  return merged;
}
