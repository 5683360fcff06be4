import { parseJson } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import { escapeHtml } from '../patch/go-value';
import { isJsonObject, jsonKey, type Json, type JsonObject } from '../patch/json';
import type { ObjectSchema } from '../schema/object-schema';
import { compareObjects } from './compare';
import { difference, union, type FieldSet } from './field-set';
import { fieldsOf } from './fields-of';
import type { Values } from './shape';
import { whyNotTyped } from './validate-typed';

/** Where kubectl keeps what it applied before servers did. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manager whose objects go from the one to the other. */
export const migratingManager = 'kubectl';

/** All annotations of an object may take together, in bytes. */
const mostAnnotationBytes = 256 << 10;

const lastAppliedOf = ({ metadata }: ApiObject): string => metadata?.annotations?.[lastAppliedAnnotation] ?? '';

/**
 * The fields that kubectl applied from its side, as far as they still have the values that it gave them: who applies
 * from the server's side may take them. None where that cannot be read, or is of another version.
 * Upstream: pkg/util/managedfields/internal/lastappliedmanager.go of apimachinery.
 */
export function fieldsLastApplied(schema: ObjectSchema, live: ApiObject): FieldSet {
  const applied = readJson(lastAppliedOf(live));
  if (!isJsonObject(applied) || applied['apiVersion'] !== live.apiVersion) return {};
  if (whyNotTyped(schema, applied) !== undefined) return {};
  const { changed, removed } = compareObjects(schema, applied, live);
  return difference(fieldsOf(schema, applied), union(changed, removed));
}

function readJson(text: string): Json | undefined {
  try {
    return text === '' ? undefined : (parseJson(text) as Json);
  } catch {
    // An annotation is any text: this one says nothing.
    return undefined;
  }
}

/**
 * Keeps the annotation as it would be had kubectl applied from its side, for those who do so still.
 * Upstream: pkg/util/managedfields/internal/lastappliedupdater.go of apimachinery.
 */
export function updateLastApplied(object: Values & ApiObject, config: JsonObject): Values {
  if (lastAppliedOf(object) === '') return object;
  const { [lastAppliedAnnotation]: _, ...others } = object.metadata?.annotations ?? {};
  const annotations: Record<string, string> = { ...others, [lastAppliedAnnotation]: textOf(config) };
  const size = Object.entries(annotations).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  const kept = size > mostAnnotationBytes ? others : annotations;
  return { ...object, metadata: { ...object.metadata, annotations: kept } };
}

/** A configuration as kubectl writes it, without what it said in the annotation. */
function textOf(config: JsonObject): string {
  const { metadata } = config;
  if (!isJsonObject(metadata) || !isJsonObject(metadata['annotations'])) return print(config);
  const { [lastAppliedAnnotation]: _, ...annotations } = metadata['annotations'];
  return print({ ...config, metadata: { ...metadata, annotations } });
}

const print = (config: JsonObject): string => `${escapeHtml(jsonKey(config))}\n`;
