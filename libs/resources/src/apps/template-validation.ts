import {
  type ErrorList,
  immutable,
  isEmptySelector,
  labelSelectorOrNone,
  sorted,
  validateLabelSelector,
} from '@skiff/apimachinery';
import type { corev1, metav1 } from '@skiff/contracts';
import { validatePodTemplate } from '../core/pod/validation/pod';

const alwaysOnly = ['Always'];

export function validateSelector(
  selector: metav1.LabelSelector | undefined,
  kind: string,
  path: string,
  to: ErrorList,
): boolean {
  const before = to.count;
  if (!selector) to.required(path);
  else {
    validateLabelSelector(selector, path, to);
    if (isEmptySelector(selector)) to.invalid(path, selector, `empty selector is invalid for ${kind}`);
  }
  return to.count === before;
}

/** The template's labels are those that the selector picks; its pods run for ever. `kind` is whose template it is. */
export function validateTemplate(
  template: corev1.PodTemplateSpec | undefined,
  selector: metav1.LabelSelector | undefined,
  kind: string,
  to: ErrorList,
): void {
  const labels = template?.metadata?.labels;
  const selects = labelSelectorOrNone(selector);
  if (!selects && kind !== 'DaemonSet')
    return to.invalid('spec.selector', selector, kind === 'StatefulSet' ? '' : 'invalid label selector');
  const matches = selector !== undefined && (isEmptySelector(selector) || (selects?.(labels) ?? true));
  if (!matches)
    to.invalid(
      'spec.template.metadata.labels',
      labels ? sorted(labels) : null,
      '`selector` does not match template `labels`',
    );
  validatePodTemplate(template, 'spec.template', to);
  const policy = template?.spec?.restartPolicy;
  const known = policy === 'OnFailure' || policy === 'Never';
  if (known) to.notSupported('spec.template.spec.restartPolicy', policy, alwaysOnly);
  if (template?.spec?.activeDeadlineSeconds !== undefined)
    to.forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${kind} is not Supported`);
}

/** The selector never changes, of Deployments, ReplicaSets and DaemonSets alike. */
export function immutableSelector(
  object: { spec?: { selector?: metav1.LabelSelector | undefined } | undefined },
  old: { spec?: { selector?: metav1.LabelSelector | undefined } | undefined },
  to: ErrorList,
): void {
  immutable(object.spec?.selector, old.spec?.selector, 'spec.selector', to);
}
