import type { DocumentForm } from '@skiff/apimachinery';
import type { Schema } from '../structure/structure';
import { metadataField } from './metadata-field';

type Documented = Record<string, unknown>;

/** How the objects of a custom resource stand in OpenAPI documents. */
export function describeObject(schema: Schema, form: DocumentForm): Documented {
  const described = describe(schema, form);
  const metadata = form.property(metadataField(schema.properties?.['metadata']));
  return { ...described, properties: { ...(described['properties'] as Documented | undefined), metadata } };
}

const describe = (schema: Schema, form: DocumentForm): Documented =>
  form.version === 3 ? describeFully(schema, form) : describeRoughly(schema, form);

/** As it was given, with what its words of Kubernetes mean in those of OpenAPI. */
function describeFully(schema: Schema, form: DocumentForm): Documented {
  const { allOf, anyOf } = schema;
  return {
    ...schema,
    ...parts(schema, form),
    ...(schema['x-kubernetes-int-or-string'] && !allOf && !anyOf ? { anyOf: integerOrString } : {}),
    ...(schema['x-kubernetes-embedded-resource'] ? embedded(schema, form) : {}),
  };
}

const integerOrString = [{ type: 'integer' }, { type: 'string' }];

/** Objects of Kubernetes have a kind and metadata, whatever else. */
function embedded(schema: Schema, form: DocumentForm): Documented {
  const { properties = {}, required = [] } = schema;
  const kind = {
    kind: { type: 'string', description: 'What the object is.' },
    apiVersion: { type: 'string', description: 'Group and version of the kind.' },
  };
  return {
    properties: {
      ...eachOf(properties, form),
      ...kind,
      metadata: form.property(metadataField(properties['metadata'])),
    },
    required: [...new Set(['kind', 'apiVersion', ...required])],
  };
}

/**
 * Clients of version 2 know less: what may be null has no type, what may hold fields that are not named has none, and
 * there are neither alternatives nor defaults, which they would send.
 * Upstream: ToStructuralOpenAPIV2 in apiextensions-apiserver/pkg/controller/openapi/v2/conversion.go.
 */
function describeRoughly(schema: Schema, form: DocumentForm): Documented {
  const { allOf: _allOf, anyOf: _anyOf, oneOf: _oneOf, not: _not, ...rest } = schema;
  const { default: _default, nullable, ...kept } = rest;
  const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (!nullable && !preserves) return { ...kept, ...parts(kept, form) };
  const { type: _type, items: _items, properties: _properties, required: _required, ...others } = kept;
  if (!preserves) return { ...others, ...parts({ ...others }, form) };
  const { additionalProperties: _additional, ...bare } = others;
  return bare;
}

/** The schemas within a schema. */
function parts({ properties, additionalProperties, items }: Schema, form: DocumentForm): Documented {
  return {
    ...(properties ? { properties: eachOf(properties, form) } : {}),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: describe(additionalProperties, form) } : {}),
    ...(items && !Array.isArray(items) ? { items: describe(items, form) } : {}),
  };
}

const eachOf = (properties: Readonly<Record<string, Schema>>, form: DocumentForm): Documented =>
  Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, describe(one, form)]));
