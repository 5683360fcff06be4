import type { apiextensionsv1 } from '@skiff/contracts';

/** A schema as a CustomResourceDefinition has it. */
export type Schema = apiextensionsv1.JSONSchemaProps;

/**
 * What a structural schema says of the shape of a value, made for walking: which fields there are, and what becomes of
 * those that it does not name. Whether values are valid is no matter here.
 */
export interface Structure {
  readonly properties: ReadonlyMap<string, Structure>;
  /** What the other entries of a map are; absent where there may be none. */
  readonly additional: Structure | undefined;
  /** Absent where nothing is said of the items. */
  readonly items: Structure | undefined;
  /** Whether fields that are not named are kept. */
  readonly preserves: boolean;
  /** Whether the value is an object of Kubernetes, with apiVersion, kind and metadata. */
  readonly embedded: boolean;
  readonly nullable: boolean;
  /** Undefined where there is none. */
  readonly default: unknown;
  /** Whether a default is here or below. */
  readonly hasDefaults: boolean;
  /** Whether an object of Kubernetes is here or below. */
  readonly hasEmbedded: boolean;
  /** Whether anything is known of what is within a value, so that it has to be walked. */
  readonly hasParts: boolean;
}

const noProperties: ReadonlyMap<string, Structure> = new Map();

/** The structure of a schema. To be called once for each, as it takes time and memory in proportion to it. */
export function structureOf(schema: Schema): Structure {
  const { properties, additionalProperties, items } = schema;
  const entries = Object.entries(properties ?? {});
  const fields = entries.length
    ? new Map(entries.map(([name, one]) => [name, structureOf(one)] as const))
    : noProperties;
  const additional = additionalOf(additionalProperties);
  const item = items === undefined || Array.isArray(items) ? undefined : structureOf(items);
  const below = [...fields.values(), ...(additional ? [additional] : []), ...(item ? [item] : [])];
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const initial = schema.default ?? undefined;
  return {
    properties: fields,
    additional,
    items: item,
    preserves: schema['x-kubernetes-preserve-unknown-fields'] === true,
    embedded,
    nullable: schema.nullable === true,
    default: initial,
    hasDefaults: initial !== undefined || below.some(({ hasDefaults }) => hasDefaults),
    hasEmbedded: embedded || below.some(({ hasEmbedded }) => hasEmbedded),
    hasParts: below.length > 0,
  };
}

/** Upstream makes nothing of the entries of a map whose schema is `true`: they are kept, but not what is in them. */
function additionalOf(additional: Schema['additionalProperties']): Structure | undefined {
  if (additional === undefined || additional === false) return undefined;
  return additional === true ? anything : structureOf(additional);
}

const anything: Structure = {
  properties: noProperties,
  additional: undefined,
  items: undefined,
  preserves: false,
  embedded: false,
  nullable: true,
  default: undefined,
  hasDefaults: false,
  hasEmbedded: false,
  hasParts: false,
};

/** What a schema that says nothing makes of an object of a custom resource. */
export const noStructure: Structure = { ...anything, nullable: false };

export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is an object of JSON. An integer that no number holds is none. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Number);
