/** What may stand at a place of a configuration file, and what it means. Validation, types and schema come from it. */
export type Field = TextField | NumberField | SettingField | ListField | MapField | ObjectField;

interface Described {
  readonly description: string;
}

export interface TextField extends Described {
  readonly kind: 'text';
  readonly choices?: readonly string[];
  /** Anchored at both ends. */
  readonly pattern?: RegExp;
  /** What the pattern admits, in words. */
  readonly expected?: string;
}

export interface NumberField extends Described {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
}

/** A setting of a service, which the service itself reads: text, a number, true or false, or a list of those. */
export interface SettingField extends Described {
  readonly kind: 'setting';
}

export interface ListField extends Described {
  readonly kind: 'list';
  readonly of: Field;
}

/** Keys of one form, all with the same kind of value. */
export interface MapField extends Described {
  readonly kind: 'map';
  /** What a key is, anchored at both ends, and in words. */
  readonly keys: { readonly pattern: RegExp; readonly expected: string };
  readonly of: Field;
}

export interface ObjectField extends Described {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
}

export type SettingValue = string | number | boolean | readonly (string | number | boolean)[];

/** What a file has at the place of a field, once it was validated. */
export type ValueOf<F> = F extends { kind: 'text'; choices: readonly (infer Choice)[] }
  ? Choice
  : F extends { kind: 'text' }
    ? string
    : F extends { kind: 'number' }
      ? number
      : F extends { kind: 'setting' }
        ? SettingValue
        : F extends { kind: 'list'; of: infer Item }
          ? readonly ValueOf<Item>[]
          : F extends { kind: 'map'; of: infer Item }
            ? Readonly<Record<string, ValueOf<Item>>>
            : F extends { kind: 'object'; fields: infer Fields }
              ? { readonly [Name in keyof Fields]?: ValueOf<Fields[Name]> }
              : never;

/** The field as JSON Schema (draft 2020-12). */
export function jsonSchema(field: Field): object {
  const { description } = field;
  switch (field.kind) {
    case 'text':
      return {
        type: 'string',
        description,
        ...(field.choices && { enum: field.choices }),
        ...(field.pattern && { pattern: field.pattern.source }),
      };
    case 'number':
      return { type: 'integer', minimum: field.min, maximum: field.max, description };
    case 'setting': {
      const scalar = ['string', 'number', 'boolean'];
      return { type: [...scalar, 'array'], items: { type: scalar }, description };
    }
    case 'list':
      return { type: 'array', items: jsonSchema(field.of), description };
    case 'map':
      return {
        type: 'object',
        propertyNames: { pattern: field.keys.pattern.source },
        additionalProperties: jsonSchema(field.of),
        description,
      };
    case 'object':
      return {
        type: 'object',
        description,
        properties: Object.fromEntries(Object.entries(field.fields).map(([name, each]) => [name, jsonSchema(each)])),
        ...(field.required && { required: field.required }),
        additionalProperties: false,
      };
  }
}
