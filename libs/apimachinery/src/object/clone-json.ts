/**
 * A deep copy of a value as JSON knows it: objects, arrays, texts, numbers, booleans and null, and
 * undefined where a field is absent. Several times faster than structuredClone, which copies anything.
 */
export function cloneJson<T>(value: T): T {
  // A number that is an object is one that no plain number holds, and does not change.
  if (typeof value !== 'object' || value === null || value instanceof Number) return value;
  // An array and an object of the same fields are of the type that they were copied from.
  if (Array.isArray(value)) return value.map(cloneJson) as T;
  const source = value as Record<string, unknown>;
  const copy: Record<string, unknown> = {};
  for (const name in source) {
    if (name === '__proto__') Object.defineProperty(copy, name, { ...property, value: cloneJson(source[name]) });
    else copy[name] = cloneJson(source[name]);
  }
  return copy as T;
}

const property = { enumerable: true, configurable: true, writable: true };
