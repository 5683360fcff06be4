import type { Strategy } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const namespaceStrategy: Strategy<corev1.Namespace> = {
  /** It is set below. */
  keepsStatusOnCreate: true,
  holdsDeletion: ({ spec }) => Boolean(spec?.finalizers?.length),
  prepareForDelete: (namespace) => ({ ...namespace, status: { ...namespace.status, phase: 'Terminating' } }),
  /** A new namespace is active, and stays until the namespace controller has emptied it. */
  prepareForCreate(namespace) {
    namespace.status = { phase: 'Active' };
    const finalizers = namespace.spec?.finalizers ?? [];
    if (!finalizers.includes('kubernetes'))
      namespace.spec = { ...namespace.spec, finalizers: [...finalizers, 'kubernetes'] };
  },
  /** Only the finalize subresource changes the finalizers. */
  prepareForUpdate(namespace, old, subresource) {
    if (subresource === 'finalize') return;
    const finalizers = old.spec?.finalizers;
    namespace.spec = { ...namespace.spec, ...(finalizers ? { finalizers } : {}) };
    if (!finalizers) delete namespace.spec.finalizers;
  },
};
