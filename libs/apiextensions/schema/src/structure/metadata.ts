import { DecodeError, messageSchema, normalizeObject, type Findings } from '@skiff/apimachinery';
import { setEntry, writeJson, type metav1 } from '@skiff/contracts';
import { isFields, type Fields, type Structure } from './structure';

/** Metadata has the schema of upstream's struct of the same name. */
const schema = messageSchema('k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta');

/**
 * The metadata of an object in its canonical form. Throws DecodeError with upstream's words for what has the wrong type.
 * @param unknown gets the names of fields that metadata does not have.
 */
export function readMetadata(value: unknown, unknown: string[]): metav1.ObjectMeta | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) {
    const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    throw new DecodeError(
      `json: cannot unmarshal ${found === 'object' ? 'number' : found} into Go value of type v1.ObjectMeta`,
    );
  }
  const findings: Findings = { unknownFields: [] };
  const metadata = normalizeObject<metav1.ObjectMeta>(schema, value, findings);
  unknown.push(...findings.unknownFields);
  return metadata;
}

/**
 * Reads the metadata of the objects that are embedded in a value. The value stays as it is.
 * Throws DecodeError for one that cannot be read.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta/algorithm.go.
 *
 * @param unknown gets the paths of fields that metadata does not have.
 */
export function coerceEmbedded(value: unknown, structure: Structure, path: string, unknown: string[]): unknown {
  if (!structure.hasEmbedded || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return coerceItems(value, structure, path, unknown);
  return isFields(value) ? coerceFields(value, structure, path, unknown) : value;
}

function coerceItems(
  list: readonly unknown[],
  { items }: Structure,
  path: string,
  unknown: string[],
): readonly unknown[] {
  if (!items) return list;
  let copy: unknown[] | undefined;
  for (const [index, before] of list.entries()) {
    const after = coerceEmbedded(before, items, `${path}[${index}]`, unknown);
    if (after !== before) (copy ??= [...list])[index] = after;
  }
  return copy ?? list;
}

function coerceFields(value: Fields, structure: Structure, path: string, unknown: string[]): Fields {
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    const before = value[name];
    let after = structure.embedded ? coerceMetaField(name, before, at, unknown) : before;
    const below = structure.properties.get(name) ?? structure.additional;
    if (below) after = coerceEmbedded(after, below, at, unknown);
    if (after !== before) setEntry((copy ??= { ...value }), name, after);
  }
  return copy ?? value;
}

function coerceMetaField(name: string, value: unknown, path: string, unknown: string[]): unknown {
  if (name === 'apiVersion' || name === 'kind') {
    if (typeof value === 'string') return value;
    throw new DecodeError(`${path}: Invalid value: ${writeJson(value)}: must be a string`);
  }
  if (name !== 'metadata') return value;
  const found: string[] = [];
  try {
    const metadata = readMetadata(value, found);
    unknown.push(...found.map((field) => `${path}.${field}`));
    return metadata ?? {};
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(`${path}: Invalid value: ${writeJson(value)}: ${error.message}`);
  }
}
