import type { AdmissionRequest, GroupVersionResource } from '@skiff/api-server/admission';
import { writeJson } from '@skiff/contracts';
import type { ReviewVersion } from '../configuration/hook';
import { namespaceOf } from '../matching/selectors';
import type { Shown } from './shown';

/** What a webhook is asked: an AdmissionReview as JSON. */
export function reviewText(
  version: ReviewVersion,
  uid: string,
  request: AdmissionRequest,
  resource: GroupVersionResource,
  { kind, object, oldObject }: Shown,
): string {
  const { group, version: kindVersion, kind: name } = kind;
  const asked = {
    uid,
    kind: { group, version: kindVersion, kind: name },
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
  // The objects are text already: they may be large, and are shown to several.
  const rest = writeJson(asked).slice(0, -1);
  return `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/${version}","request":${rest},"object":${object},"oldObject":${oldObject}}}`;
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
