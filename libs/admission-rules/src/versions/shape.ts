import {
  messageSchema,
  schemaOf,
  type ApiObject,
  type GroupVersionKind,
  type ObjectSchema,
  type Resource,
} from '@skiff/apimachinery';

/** What the object of a write looks like. */
export interface Shape {
  readonly kind: GroupVersionKind;
  readonly schema: ObjectSchema;
  /** Fills it with its defaults, in place. */
  setDefaults(object: ApiObject): void;
}

const nothing = (): void => undefined;

/** What is written of a resource, or through one of its subresources. */
export function shapeOf(definition: Resource, subresource: string): Shape {
  const { kind } = definition;
  const found = definition.subresources.get(subresource);
  switch (found?.type) {
    case 'view':
      return { kind: found.kind, schema: schemaOf(found.kind), setDefaults: nothing };
    case 'action':
      return {
        kind: found.kind,
        schema: schemaOf(found.kind),
        setDefaults: (object) => found.defaults?.(object),
      };
    case 'connect': {
      const { options } = found;
      return {
        kind: found.kind,
        schema: options?.schema ?? messageSchema(kind.message),
        setDefaults: (sent) => options?.defaults?.(sent as Record<string, unknown>),
      };
    }
    default:
      return { kind, schema: schemaOf(kind), setDefaults: (object) => definition.defaults(object) };
  }
}
