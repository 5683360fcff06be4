import { apiVersionOf } from '@skiff/contracts';
import type { Resource } from '@skiff/apimachinery';

export type { Resource as ResourceDefinition, Verb } from '@skiff/apimachinery';

export const resourceKey = (group: string, version: string, resource: string): string =>
  `${group}/${version}/${resource}`;

export const groupVersionOf = ({ kind }: Resource): string => apiVersionOf(kind);
