import { isNumber } from '@skiff/contracts';
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && !isNumber(value) && Object.values(value).every(isAbsent);
}

function isAbsent(value: unknown): boolean {
  return value === undefined;
}

/**
 * Whether two API values mean the same: absent, null and empty lists, maps and
 * structs are one, and the order of map entries does not matter. As
 * apiequality.Semantic.DeepEqual.
 */
export function semanticEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  if (typeof left !== 'object' || typeof right !== 'object' || isNumber(left) || isNumber(right)) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => semanticEqual(item, right[index]))
    );
  }
  const leftFields = new Map(Object.entries(left as object));
  const rightFields = new Map(Object.entries(right as object));
  for (const key of new Set([...leftFields.keys(), ...rightFields.keys()])) {
    if (!semanticEqual(leftFields.get(key), rightFields.get(key))) return false;
  }
  return true;
}
