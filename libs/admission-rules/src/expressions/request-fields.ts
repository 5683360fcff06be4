import type { AdmissionRequest, GroupVersionResource } from '@skiff/api-server/admission';
import type { GroupVersionKind } from '@skiff/apimachinery';
import { namespaceOf } from '../matching/selectors';

/** A write with the fields of AdmissionRequest, but for its objects; what is empty is left out, as its JSON does. */
export function requestFields(
  request: AdmissionRequest,
  resource: GroupVersionResource,
  { group, version, kind }: GroupVersionKind,
): Readonly<Record<string, unknown>> {
  return {
    kind: { group, version, kind },
    resource,
    ...unlessEmpty('subResource', request.subresource),
    requestKind: request.requestKind,
    requestResource: request.requestResource,
    ...unlessEmpty('requestSubResource', request.requestSubResource),
    ...unlessEmpty('name', request.name),
    ...unlessEmpty('namespace', namespaceOf(request)),
    operation: request.operation,
    userInfo: userOf(request),
    dryRun: request.dryRun,
    options: request.options ?? null,
  };
}

const unlessEmpty = (name: string, value: string): Readonly<Record<string, string>> =>
  value === '' ? {} : { [name]: value };

function userOf({ userInfo: { name, uid, groups, extra } }: AdmissionRequest): object {
  return {
    username: name,
    ...unlessEmpty('uid', uid),
    ...(groups.length > 0 ? { groups } : {}),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}
