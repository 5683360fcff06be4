import { differences } from './differences';
import type { JsonObject, Life } from './life';

/** The recorded life as 1.35 would have lived it. */
export function expectedLife(life: Life): Pick<Life, 'objects' | 'events'> {
  const objects = structuredClone(life.objects);
  for (const [key, object] of Object.entries(objects)) if (object['addressType'] === 'IPv6') delete objects[key];
  for (const [key, object] of Object.entries(objects)) for (const { recorded } of differences) recorded?.(key, object);
  let events = life.events;
  for (const { recordedEvent } of differences)
    if (recordedEvent)
      events = events
        .map((event, index) => recordedEvent(event, events.slice(0, index)))
        .filter((event) => event !== undefined);
  return { objects, events };
}

/** What was observed, without what 1.35 adds. */
export function observedObjects(objects: { [key: string]: JsonObject }): { [key: string]: JsonObject } {
  const copy = structuredClone(objects);
  for (const [key, object] of Object.entries(copy)) for (const { observed } of differences) observed?.(key, object);
  return copy;
}
