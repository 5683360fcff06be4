import type { Expr, ListExpr, MapExpr, Struct } from '../syntax/ast';
import { formatType } from '../types/format-type';
import { dynType, errorType, listType, mapType, optionalType, optionalValueType, type Type } from '../types/type';
import { isEqualOrLessSpecific } from '../types/unify';
import type { CheckContext } from './context';
import { candidateNames } from './scope';

/** Checks a node, and gives its type. */
type Visit = (expr: Expr) => Type;

export function checkList(context: CheckContext, visit: Visit, expr: ListExpr): Type {
  let element: Type | undefined;
  for (const [index, node] of expr.elements.entries()) {
    const type = visit(node);
    element = join(context, element, expr.optional.has(index) ? insideOptional(context, node, type) : type);
  }
  return listType(element ?? context.bindings.newParameter());
}

function insideOptional(context: CheckContext, node: Expr, type: Type): Type {
  const inner = optionalValueType(context.known(type));
  if (inner) return inner;
  const expected = optionalType(type);
  if (type.kind !== 'dyn' && type.kind !== 'error')
    context.report(node, `expected type '${formatType(expected)}' but found '${formatType(type)}'`);
  return type;
}

export function checkMap(context: CheckContext, visit: Visit, expr: MapExpr): Type {
  let key: Type | undefined;
  let value: Type | undefined;
  for (const entry of expr.entries) {
    key = join(context, key, keyType(visit(entry.key)));
    const type = visit(entry.value);
    value = join(context, value, entry.optional ? insideOptional(context, entry.value, type) : type);
  }
  return mapType(key ?? context.bindings.newParameter(), value ?? context.bindings.newParameter());
}

export function checkStruct(context: CheckContext, visit: Visit, expr: Struct): Type {
  const found = candidateNames(context.names.container, expr.name)
    .map((name) => context.names.type(name))
    .find((type) => type !== undefined);
  if (!found) {
    for (const { value } of expr.fields) visit(value);
    const declared = context.lookUp(expr.name);
    if (!declared) return context.undeclared(expr, expr.name);
    const what = declared.type.kind === 'type' ? 'a message type' : 'a type';
    context.report(expr, `'${expr.name}' is not ${what}`);
    return errorType;
  }
  for (const field of expr.fields) {
    let type = visit(field.value);
    if (field.optional) type = insideOptional(context, field.value, type);
    const declared = found.field(field.name);
    if (!declared) context.report(field, `undefined field '${field.name}'`);
    else if (!context.isAssignable(declared.type, type))
      context.report(
        field,
        `expected type of field '${field.name}' is '${formatType(declared.type)}' but provided type is '${context.show(type)}'`,
      );
  }
  return found;
}

/** The type of a literal that holds both. Upstream: joinTypes. */
function join(context: CheckContext, before: Type | undefined, type: Type): Type {
  if (!before) return type;
  if (!context.isAssignable(before, type)) return dynType;
  return isEqualOrLessSpecific(before, type) ? before : type;
}

/** What cannot be a key is of no known type: a map in the key of a map would double the type at every level. */
function keyType(type: Type): Type {
  switch (type.kind) {
    case 'list':
    case 'map':
    case 'opaque':
    case 'type':
      return dynType;
    default:
      return type;
  }
}
