import type { ApiObject } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import type { ChangeHandlers } from './caches';
import type { Expectations } from './expectations';
import { keyOf } from './keys';
import type { Owners } from './owners';
import { isDeleting } from './pods';

/** Meets the expectations of those whose pods come or go. Subscribed before what wakes the owners. */
export function observePods(
  owners: Pick<Owners<ApiObject>, 'of'>,
  expectations: Expectations,
): ChangeHandlers<corev1.Pod> {
  const gone = (pod: corev1.Pod): void => {
    const owner = owners.of(pod);
    if (owner) expectations.deletionObserved(keyOf(owner), pod.metadata?.uid ?? '');
  };
  return {
    added: (pod) => {
      if (isDeleting(pod)) return gone(pod);
      const owner = owners.of(pod);
      if (owner) expectations.creationObserved(keyOf(owner));
    },
    updated: (_old, pod) => {
      if (isDeleting(pod)) gone(pod);
    },
    deleted: gone,
  };
}
