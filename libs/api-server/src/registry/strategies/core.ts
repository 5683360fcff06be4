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
  /** The first range of `podCIDRs` is `podCIDR`, whichever was given. */
  canonicalize({ spec }) {
    if (!spec) return;
    const [first] = spec.podCIDRs ?? [];
    if (spec.podCIDR && !first) spec.podCIDRs = [spec.podCIDR];
    else if (first && !spec.podCIDR) spec.podCIDR = first;
  },
});
