import { isObject, mapStrings, visitObjects, type Json, type JsonObject, type LifeEvent } from './life';

/** A recorded or observed state with everything that differs from run to run masked. */
export interface Masked {
  readonly objects: { [key: string]: JsonObject };
  /** One line an event, sorted, each once. */
  readonly events: string[];
}

const generatedName = /\b([a-z][a-z0-9-]*?)-(?:[bcdf-hj-np-tv-z2456789]{8,10}-)?[bcdf-hj-np-tv-z2456789]{5}\b/g;
const templateHash = /\b([a-z])-[bcdf-hj-np-tv-z2456789]{8,10}\b/g;
const uid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const timeFields = /(Time|At|Timestamp|time|date)$/;

function maskText(text: string, namespace: string): string {
  return text
    .replaceAll(namespace, '$NS')
    .replace(uid, '<uid>')
    .replace(/\b(containerd:\/\/)[0-9a-f]{64}/g, '$1<id>')
    .replace(/sha256:[0-9a-f]{64}/g, 'sha256:<id>')
    .replace(/-----BEGIN CERTIFICATE-----[\s\S]*-----END CERTIFICATE-----\n?/, '<pem>')
    .replace(/(<pem>)+/g, '<pem>')
    .replace(/\b10\.244\.\d+\.\d+\b/g, '<pod ip>')
    .replace(/\b172\.31\.\d+\.\d+\b/g, '<node ip>')
    .replace(/\b(lives-node-\d|n1)\b/g, '<node>')
    .replace(/\b(container|sandbox) "?[0-9a-f]{64}"?/g, '$1 <id>')
    .replace(/[0-9a-f]{64}/g, '<id>')
    .replace(/\([^()]*\$NS\([^()]*\)\)/g, '($NS)')
    .replace(/:\d{4,5}->/g, ':<n>->')
    .replace(generatedName, '$1-<x>')
    .replace(templateHash, '$1-<x>');
}

function maskObject(object: JsonObject, namespace: string): JsonObject {
  const masked = mapStrings(object, (text) => (time.test(text) ? '<time>' : maskText(text, namespace))) as JsonObject;
  visitObjects(masked, (item) => {
    for (const key of ['uid', 'resourceVersion', 'managedFields', 'creationTimestamp', 'selfLink']) delete item[key];
    for (const key of [
      'pod-template-hash',
      'controller-revision-hash',
      'pod-template-generation',
      'controller.kubernetes.io/hash',
    ])
      if (key in item) item[key] = '<x>';
    // How often a slice was written depends on which pods became ready at once.
    if (masked['kind'] === 'EndpointSlice') delete item['generation'];
    for (const [key, value] of Object.entries(item)) {
      if (timeFields.test(key) && typeof value === 'string') item[key] = '<time>';
      if (Array.isArray(value) && key === 'conditions') item[key] = sortBy(value, 'type');
      if (Array.isArray(value) && key === 'containerStatuses') item[key] = sortBy(value, 'name');
    }
  });
  return masked;
}

/** The same text for the same value, in whatever order its keys are. */
function textOf(value: Json): string {
  return JSON.stringify(value, (_, item: Json) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

function sortBy(list: Json[], key: string): Json[] {
  const text = (item: Json): string => JSON.stringify((item as JsonObject)[key]);
  return [...list].sort((a, b) => text(a).localeCompare(text(b)));
}

export function maskEvent(event: LifeEvent, namespace: string): string {
  return [event.type, event.reason, event.source, event.about, event.fieldPath ?? '', event.message]
    .map((text) => maskText(text, namespace))
    .join(' | ');
}

/** Masks a whole state. Objects of generated names that look alike share a key; they are numbered in a stable order. */
export function mask(objects: { [key: string]: JsonObject }, events: readonly LifeEvent[], namespace: string): Masked {
  const byKey = new Map<string, JsonObject[]>();
  for (const [key, object] of Object.entries(objects)) {
    const masked = maskText(key, namespace);
    byKey.set(masked, [...(byKey.get(masked) ?? []), maskObject(object, namespace)]);
  }
  const result: { [key: string]: JsonObject } = {};
  for (const [key, alike] of [...byKey].sort(([a], [b]) => a.localeCompare(b))) {
    const sorted = alike.map((object) => [textOf(object), object] as const).sort(([a], [b]) => a.localeCompare(b));
    for (const [index, [, object]] of sorted.entries())
      result[sorted.length === 1 ? key : `${key}#${index + 1}`] = object;
  }
  return { objects: result, events: [...new Set(events.map((event) => maskEvent(event, namespace)))].sort() };
}
