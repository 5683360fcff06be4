import { type ErrorList, nonNegative, same, type Validation } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';

/** Rules of a ControllerRevision: it holds something, for good. Upstream: ValidateControllerRevision. */
export function validateRevision({ data, revision }: appsv1.ControllerRevision, to: ErrorList): void {
  if (data === undefined || data === null) to.required('data', 'data is mandatory');
  nonNegative(revision, 'revision', to);
}

export function validateRevisionUpdate(
  object: appsv1.ControllerRevision,
  old: appsv1.ControllerRevision,
  to: ErrorList,
): void {
  validateRevision(object, to);
  if (!same(object.data, old.data)) to.invalid('data', object.data, 'field is immutable');
}

export const controllerRevisionValidation: Validation<appsv1.ControllerRevision> = {
  create: validateRevision,
  update: validateRevisionUpdate,
};
