/** What types are made of: a structural schema, or another OpenAPI v3 schema whose references are resolved. */
export interface OpenApiSchema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: boolean | OpenApiSchema;
  readonly items?: OpenApiSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

export const isEmbedded = (schema: OpenApiSchema): boolean => schema['x-kubernetes-embedded-resource'] === true;

/** The schema of the values of a map; undefined where the keys are properties. */
export const valueSchema = (schema: OpenApiSchema): OpenApiSchema | undefined =>
  typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;

const text: OpenApiSchema = { type: 'string' };
const objectMeta: OpenApiSchema = { type: 'object', properties: { name: text, generateName: text } };

/** The properties that expressions see at the root of a resource, whatever its schema says. */
export const withTypeAndObjectMeta = (schema: OpenApiSchema): OpenApiSchema => ({
  ...schema,
  properties: { ...schema.properties, kind: text, apiVersion: text, metadata: objectMeta },
});
