import { isFields, type Fields, type Schema } from '../structure/structure';
import { unknownBefore, type Check } from './check';
import { areTooMany, isForbidden, isRequired, prefix, shouldBe, type Failure } from './failure';

/** What a member of an object, or an item of a list, is held to. */
export type Compile = (schema: Schema) => Check;

/** Holds objects to the number of their members, what these are, and which have to be there. */
export function objectCheck(schema: Schema, compile: Compile): Check | undefined {
  const { minProperties, maxProperties, properties, additionalProperties, required } = schema;
  const counts = minProperties !== undefined || maxProperties !== undefined;
  const members = Object.entries(properties ?? {}).map(([name, one]) => [name, compile(one)] as const);
  const named = new Set(members.map(([name]) => name));
  const others = typeof additionalProperties === 'object' ? compile(additionalProperties) : undefined;
  const closed = additionalProperties === false;
  if (!counts && members.length === 0 && !others && !closed && !required?.length) return undefined;
  const isAtomic = schema['x-kubernetes-map-type'] === 'atomic';
  return (value, found, old) => {
    if (!isFields(value)) return 0;
    const wrongNumber = counts ? countMembers(value, minProperties, maxProperties) : undefined;
    if (wrongNumber) {
      found.push(wrongNumber);
      return 1;
    }
    const before = isAtomic ? unknownBefore : old;
    let matches = 1;
    if (others || closed)
      for (const name of Object.keys(value)) {
        if (named.has(name)) continue;
        if (others) matches += checkMember(others, value, name, found, before);
        else found.push(isForbidden(name));
      }
    for (const [name, check] of members)
      if (Object.hasOwn(value, name) && value[name] !== undefined)
        matches += checkMember(check, value, name, found, before);
    for (const name of required ?? [])
      if (!Object.hasOwn(value, name) || value[name] === undefined) found.push(isRequired(name));
    return matches;
  };
}

function checkMember(check: Check, value: Fields, name: string, found: Failure[], old: unknown): number {
  const from = found.length;
  const matches = check(value[name], found, isFields(old) && Object.hasOwn(old, name) ? old[name] : unknownBefore);
  if (found.length > from) prefix(found, from, name);
  return matches;
}

function countMembers(
  value: Fields,
  minProperties: number | undefined,
  maxProperties: number | undefined,
): Failure | undefined {
  const count = Object.keys(value).length;
  if (minProperties !== undefined && count < minProperties)
    return shouldBe(count, `should have at least ${minProperties} properties`);
  if (maxProperties !== undefined && count > maxProperties) return areTooMany(count, maxProperties);
  return undefined;
}
