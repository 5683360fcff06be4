import type { corev1 } from '@skiff/contracts';
import { containersOf } from '../pod-model/pod';
import type { RuntimeInfo } from '../runtime/runtime-info';
import type { Machine } from '../system/machine';
import type { Rejection } from './node-fit';

const annotationPrefix = 'container.apparmor.security.beta.kubernetes.io/';

/** Why a pod that asks for AppArmor is not taken where there is none. Upstream: pkg/security/apparmor/validate.go */
export const noAppArmor: Rejection = {
  reason: 'AppArmor',
  message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host',
};

/** Whether any container is to have a profile, by its own field, its annotation, or its pod's field. */
export function asksForAppArmor(pod: corev1.Pod): boolean {
  const ofPod = pod.spec?.securityContext?.appArmorProfile?.type;
  return containersOf(pod).some(({ container }) => {
    const own = container.securityContext?.appArmorProfile?.type;
    const annotated = pod.metadata?.annotations?.[`${annotationPrefix}${container.name ?? ''}`];
    const wanted = own ?? typeOf(annotated) ?? ofPod;
    return wanted !== undefined && wanted !== 'Unconfined';
  });
}

function typeOf(annotation: string | undefined): string | undefined {
  if (annotation === undefined || annotation === '') return undefined;
  return annotation === 'unconfined' ? 'Unconfined' : annotation;
}

/** Whether containers can have AppArmor profiles here: the kernel has it, and the runtime does not do without. */
export async function hasAppArmor(
  machine: Pick<Machine, 'hasAppArmor'>,
  runtime: Pick<RuntimeInfo, 'settings'>,
): Promise<boolean> {
  return (await machine.hasAppArmor()) && (await runtime.settings()).appArmor;
}
