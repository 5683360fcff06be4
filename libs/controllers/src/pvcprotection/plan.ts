import type { corev1 } from '@skiff/contracts';
import { isPodTerminal } from '../shared/pods';

/** The claims of its namespace that a pod names, its own ephemeral ones included. */
export function claimsOf(pod: corev1.Pod): string[] {
  return (pod.spec?.volumes ?? []).flatMap(({ name = '', persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim?.claimName) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${pod.metadata?.name ?? ''}-${name}`] : [];
  });
}

/** Whether a pod keeps a claim alive: one without a node never does, since no kubelet starts it with a claim that ends. */
export function podUsesClaim(pod: corev1.Pod, claim: corev1.PersistentVolumeClaim): boolean {
  if (!pod.spec?.nodeName) return false;
  const name = claim.metadata?.name ?? '';
  return (pod.spec.volumes ?? []).some(({ name: volume = '', persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return persistentVolumeClaim.claimName === name;
    if (!ephemeral || isPodTerminal(pod) || `${pod.metadata?.name ?? ''}-${volume}` !== name) return false;
    return claim.metadata?.ownerReferences?.some(({ uid, controller }) => controller && uid === pod.metadata?.uid);
  });
}
