import type { AdmissionRequest, AdmissionResources, GroupVersionResource } from '@skiff/api-server/admission';
import type { ApiObject, GroupVersionKind, Resource } from '@skiff/apimachinery';
import { convertBetween } from './conversion';
import { shapeOf } from './shape';

/** A write in the version that rules name. */
export interface SeenWrite {
  readonly request: AdmissionRequest;
  readonly resource: GroupVersionResource;
  readonly kind: GroupVersionKind;
  readonly object: ApiObject | undefined;
  readonly oldObject: ApiObject | undefined;
}

/**
 * Shows a write in a version of its resource. What a view or an action takes is of one kind in all versions.
 * @param object as it is by now.
 */
export async function seenIn(
  { definition, resource }: { readonly definition: Resource | undefined; readonly resource: GroupVersionResource },
  request: AdmissionRequest,
  object: ApiObject | undefined,
  resources: AdmissionResources,
): Promise<SeenWrite> {
  const { oldObject, kind, subresource } = request;
  const own = resources.find(request.resource);
  const shown = definition && shapeOf(definition, subresource).kind;
  if (!own || !definition || !shown || (shown.group === kind.group && shown.version === kind.version))
    return { request, resource, kind, object, oldObject };
  return {
    ...{ request, resource, kind: shown },
    object: object && (await convertBetween(object, own, definition)),
    oldObject: oldObject && (await convertBetween(oldObject, own, definition)),
  };
}
