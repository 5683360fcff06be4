import type { GroupVersionKind, Resource } from '@skiff/apimachinery';
import type { GroupVersionResource } from './target';

/** What is served now; `AdmissionStep.applies` is asked again when that changes. */
export interface AdmissionResources {
  /** Undefined for what is not served. */
  find(resource: GroupVersionResource): Resource | undefined;
  /** The one whose objects are of a kind. */
  ofKind(kind: GroupVersionKind): Resource | undefined;
  /** All versions in which the objects of a resource are served, in whichever groups; the one given is among them. */
  equivalents(resource: GroupVersionResource): readonly Resource[];
}
