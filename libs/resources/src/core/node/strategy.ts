import type { Strategy } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const nodeStrategy: Strategy<corev1.Node> = {
  /** A kubelet brings it. */
  keepsStatusOnCreate: true,
  /** The first range of `podCIDRs` is `podCIDR`; where both are given and differ, `podCIDR` is the whole list. */
  canonicalize({ spec }) {
    if (!spec) return;
    const [first] = spec.podCIDRs ?? [];
    if (spec.podCIDR && spec.podCIDR !== first) spec.podCIDRs = [spec.podCIDR];
    else if (first && !spec.podCIDR) spec.podCIDR = first;
  },
};
