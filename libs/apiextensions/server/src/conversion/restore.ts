import type { ApiObject } from '@skiff/apimachinery';
import type { metav1 } from '@skiff/contracts';

type Texts = Record<string, string>;

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why an object that was converted is not the one that was asked for; undefined when it is. */
export function whyOtherObject(before: ApiObject, after: ApiObject): string | undefined {
  if (before.kind !== after.kind) return `must have the same kind: ${before.kind} != ${after.kind}`;
  const { name = '', namespace = '', uid = '' } = before.metadata ?? {};
  const found: metav1.ObjectMeta = isMap(after.metadata) ? (after.metadata as metav1.ObjectMeta) : {};
  if (name !== (found.name ?? '')) return `must have the same name: ${name} != ${found.name ?? ''}`;
  if (namespace !== (found.namespace ?? ''))
    return `must have the same namespace: ${namespace} != ${found.namespace ?? ''}`;
  if (uid !== (found.uid ?? '')) return `must have the same UID: ${uid} != ${found.uid ?? ''}`;
  return undefined;
}

/**
 * A converted object with the metadata that it had: only labels and annotations may change on the way.
 * Throws an Error for those that are none.
 */
export function withMetadataOf(before: ApiObject, after: ApiObject): ApiObject {
  if (!isMap(after.metadata)) throw new Error(`invalid metadata of type ${typeOf(after.metadata)} in converted object`);
  const { labels, annotations } = after.metadata as { labels?: unknown; annotations?: unknown };
  const { labels: _, annotations: __, ...kept } = before.metadata ?? {};
  const changed = { ...textsOf('labels', labels), ...textsOf('annotations', annotations) };
  return { ...after, metadata: { ...kept, ...changed } };
}

function typeOf(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : typeof value;
}

function textsOf(name: 'labels' | 'annotations', value: unknown): { labels?: Texts; annotations?: Texts } {
  if (value === undefined || value === null) return {};
  if (!isMap(value) || Object.values(value).some((text) => typeof text !== 'string'))
    throw new Error(`invalid metadata.${name} in converted object`);
  return Object.keys(value).length > 0 ? { [name]: value as Texts } : {};
}
