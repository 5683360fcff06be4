import type { ServedResource } from '@skiff/apimachinery';
import type { OpenApiV2 } from '../discovery/aggregated-apis';
import { Definitions } from './definitions';
import { documentOf, otherPathsOf } from './discovery-paths';
import { pathsOf } from './paths';

const info = { title: 'Kubernetes', version: 'v1.35.0' };

const securitySchemes = {
  BearerToken: {
    description: 'A token, as Bearer TOKEN.',
    type: 'apiKey',
    in: 'header',
    name: 'authorization',
  },
};
const security = [{ BearerToken: [] }];

/** The OpenAPI v3 document of a group's version, or of one other path: one of `documentNames`. */
export function openApiV3(resources: readonly ServedResource[], document: string): object {
  const definitions = new Definitions('#/components/schemas/', 3);
  const served = resources.filter(({ kind }) => documentOf(kind) === document);
  const paths = { ...otherPathsOf(resources, definitions, document), ...pathsOf(served, definitions) };
  return { openapi: '3.0.0', info, paths, components: { schemas: definitions.schemas, securitySchemes } };
}

/** The OpenAPI v2 document of everything, for clients that know no other. */
export function openApiV2(resources: readonly ServedResource[]): OpenApiV2 {
  const definitions = new Definitions('#/definitions/', 2);
  const paths = { ...otherPathsOf(resources, definitions), ...pathsOf(resources, definitions) };
  const all = definitions.schemas;
  const frame = { swagger: '2.0', info, securityDefinitions: securitySchemes, security };
  return { ...frame, paths, definitions: all };
}
