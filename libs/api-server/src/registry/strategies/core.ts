import { Kinds } from '@skiff/contracts';
import { strategyFor } from './strategy';

export const secretStrategy = strategyFor(Kinds.Secret, {
  /** `stringData` is only another way to write `data`, and wins over it. */
  canonicalize(secret) {
    const { stringData } = secret;
    if (!stringData) return;
    const entries = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    secret.data = { ...secret.data, ...(Object.fromEntries(entries) as Record<string, string>) };
    delete secret.stringData;
  },
});

export const nodeStrategy = strategyFor(Kinds.Node, {
  /** The first range of `podCIDRs` is `podCIDR`; where both are given and differ, `podCIDR` is the whole list. */
  canonicalize({ spec }) {
    if (!spec) return;
    const [first] = spec.podCIDRs ?? [];
    if (spec.podCIDR && spec.podCIDR !== first) spec.podCIDRs = [spec.podCIDR];
    else if (first && !spec.podCIDR) spec.podCIDR = first;
  },
});

export const namespaceStrategy = strategyFor(Kinds.Namespace, {
  /** A new namespace is active, and stays until the namespace controller has emptied it. */
  prepareCreate(namespace) {
    namespace.status = { phase: 'Active' };
    const finalizers = namespace.spec?.finalizers ?? [];
    if (!finalizers.includes('kubernetes'))
      namespace.spec = { ...namespace.spec, finalizers: [...finalizers, 'kubernetes'] };
  },
  /** Only the finalize subresource changes the finalizers. */
  prepareUpdate(namespace, old, subresource) {
    if (subresource === 'finalize') return;
    const finalizers = old.spec?.finalizers;
    namespace.spec = { ...namespace.spec, ...(finalizers ? { finalizers } : {}) };
    if (!finalizers) delete namespace.spec.finalizers;
  },
});
