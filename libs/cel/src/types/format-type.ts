import type { Type } from './type';

/** A type as upstream's messages write it. Upstream: cel-go checker/format.go, FormatCELType. */
export function formatType(type: Type): string {
  switch (type.kind) {
    case 'error':
      return '!error!';
    case 'list':
      return `list(${formatType(type.element)})`;
    case 'map':
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case 'wrapper':
      return `wrapper(${type.of.kind})`;
    case 'object':
    case 'parameter':
      return type.name;
    case 'type':
      return type.of ? `type(${formatType(type.of)})` : 'type';
    case 'opaque':
      return type.parameters.length === 0 ? type.name : `${type.name}(${type.parameters.map(formatType).join(', ')})`;
    default:
      return type.kind;
  }
}

/** The arguments of a call as messages write them: `(int, string)`, or `string.(int)` of a member. */
export function formatArguments(types: readonly Type[], member: boolean): string {
  const [target, ...others] = types;
  if (member && target) return `${formatType(target)}.(${others.map(formatType).join(', ')})`;
  return `(${types.map(formatType).join(', ')})`;
}
