import { isObject, visitObjects, type Json, type JsonObject } from './life';

export function namedRepository(message: string): string {
  return message.replace(
    /"([^"]+)": invalid reference format: repository name must be lowercase/,
    (_all, name: string) => `"${name}": invalid reference format: repository name (library/${name}) must be lowercase`,
  );
}

export function unschedulable(message: string): string {
  if (!/^\d+\/\d+ nodes are available: /.test(message)) return message;
  const outcome = message.includes('anti-affinity')
    ? 'No preemption victims found for incoming pod'
    : 'Preemption is not helpful for scheduling';
  const reworded = message
    .replace("Pod's node affinity", "Pod's node affinity/selector")
    .replace("1 node(s) didn't match pod affinity/anti-affinity, ", '')
    .replace('1 persistentvolumeclaim', 'persistentvolumeclaim');
  return `${reworded} preemption: 0/1 nodes are available: 1 ${outcome}.`;
}

/** Takes a label or the like away, and what is empty without it. Labels may be those of the metadata. */
export function drop(object: JsonObject, field: string, name: string): void {
  const owner = isObject(object['metadata']) ? object['metadata'] : object;
  const values = owner[field];
  if (!isObject(values)) return;
  delete values[name];
  if (Object.keys(values).length === 0) delete owner[field];
}

export function asObjects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function dropVolumes(object: JsonObject, name: RegExp): void {
  const named = (item: Json): boolean => isObject(item) && name.test(String(item['name']));
  visitObjects(object, (item) => {
    for (const list of ['volumes', 'volumeMounts']) {
      const values = item[list];
      if (!Array.isArray(values)) continue;
      const kept = values.filter((value) => !named(value));
      if (kept.length === 0) delete item[list];
      else item[list] = kept;
    }
  });
}
