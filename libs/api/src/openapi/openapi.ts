import type { ServedResource } from '../discovery/discovery';
import { Definitions } from './definitions';
import { pathsOf } from './paths';

const info = { title: 'Kubernetes', version: 'v1.35.0' };

/** The OpenAPI v3 document of a group's version. */
export function openApiV3(resources: readonly ServedResource[], group: string, version: string): object {
  const definitions = new Definitions('#/components/schemas/', 3);
  const served = resources.filter(({ kind }) => kind.group === group && kind.version === version);
  const paths = pathsOf(served, definitions);
  return { openapi: '3.0.0', info, paths, components: { schemas: definitions.schemas } };
}

/** The OpenAPI v2 document of everything, for clients that know no other. */
export function openApiV2(resources: readonly ServedResource[]): object {
  const definitions = new Definitions('#/definitions/', 2);
  const paths = pathsOf(resources, definitions);
  return { swagger: '2.0', info, paths, definitions: definitions.schemas };
}
