import { dns1123Label, type ErrorList, validateFinalizer, type Validation } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

/** Upstream: validateFinalizerName, for the finalizers that empty a namespace. */
export function validateNamespace({ spec }: corev1.Namespace, to: ErrorList): void {
  for (const [index, finalizer] of (spec?.finalizers ?? []).entries())
    validateFinalizer(finalizer, `spec.finalizers[${index}]`, to);
}

/** Whether a namespace ends is told by its deletion alone. Upstream: ValidateNamespaceStatusUpdate. */
export function validateNamespaceStatus({ metadata, status }: corev1.Namespace, _old: unknown, to: ErrorList): void {
  const phase = status?.phase ?? '';
  const [expected, when] = metadata?.deletionTimestamp ? ['Terminating', 'is not empty'] : ['Active', 'is empty'];
  if (phase !== expected)
    to.invalid('status.Phase', phase, `may only be '${expected}' if \`deletionTimestamp\` ${when}`);
}

export const namespaceValidation: Validation<corev1.Namespace> = {
  name: dns1123Label,
  create: validateNamespace,
  update: () => undefined,
  subresources: {
    finalize: (namespace, _old, to) => validateNamespace(namespace, to),
    status: validateNamespaceStatus,
  },
};
