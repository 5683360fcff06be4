import type { ApiObject } from '@skiff/apimachinery';
import type { ObjectKey, PatchType, WriteOptions } from '@skiff/client';
import { skiffapiv1, type ResourceId } from '@skiff/contracts';

export const patchTypes: Readonly<Record<PatchType, skiffapiv1.PatchType>> = {
  json: skiffapiv1.PatchType.PATCH_TYPE_JSON,
  merge: skiffapiv1.PatchType.PATCH_TYPE_MERGE,
  strategic: skiffapiv1.PatchType.PATCH_TYPE_STRATEGIC_MERGE,
  apply: skiffapiv1.PatchType.PATCH_TYPE_APPLY,
};

export function reference(resource: ResourceId, key: ObjectKey, subresource = ''): skiffapiv1.ResourceRef {
  return {
    group: resource.group,
    version: resource.version,
    resource: resource.plural,
    namespace: resource.namespaced ? (key.namespace ?? '') : '',
    name: key.name,
    subresource,
  };
}

export function nameOf(object: ApiObject): ObjectKey {
  return { namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' };
}

export function writeOptions(options: WriteOptions): { fieldManager?: string; force?: boolean; dryRun?: string[] } {
  return {
    ...(options.force ? { force: true } : {}),
    ...(options.fieldManager ? { fieldManager: options.fieldManager } : {}),
    ...(options.dryRun ? { dryRun: ['All'] } : {}),
  };
}
