import { requestFields } from '@skiff/admission-rules';
import type { AdmissionRequest, GroupVersionResource } from '@skiff/api-server/admission';
import { writeJson } from '@skiff/contracts';
import type { ReviewVersion } from '../configuration/hook';
import type { Shown } from './shown';

/** What a webhook is asked: an AdmissionReview as JSON. */
export function reviewText(
  version: ReviewVersion,
  uid: string,
  request: AdmissionRequest,
  resource: GroupVersionResource,
  { kind, object, oldObject }: Shown,
): string {
  // The objects are text already: they may be large, and are shown to several.
  const fields = writeJson({ uid, ...requestFields(request, resource, kind) }).slice(0, -1);
  return `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/${version}","request":${fields},"object":${object},"oldObject":${oldObject}}}`;
}
