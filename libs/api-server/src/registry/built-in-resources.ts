import { Kinds, type Kind } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';
import { defineResource, type ResourceDefinition } from './resource-definition';

/** What every server serves. The metrics of pods and nodes are another server's. */
export const builtInResources = (): ResourceDefinition[] =>
  Object.values(Kinds)
    .filter((kind) => kind.plural !== '' && kind.group !== 'metrics.k8s.io')
    .map((kind) => defineResource(kind as Kind<ApiObject>));
