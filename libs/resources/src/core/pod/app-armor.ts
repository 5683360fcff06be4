import { sameValue } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const prefix = 'container.apparmor.security.beta.kubernetes.io/';

function annotationFor({ type, localhostProfile = '' }: corev1.AppArmorProfile): string | undefined {
  if (type === 'RuntimeDefault') return 'runtime/default';
  if (type === 'Unconfined') return 'unconfined';
  return type === 'Localhost' ? `localhost/${localhostProfile}` : undefined;
}

function profileOf(annotation: string): corev1.AppArmorProfile | undefined {
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  const localhostProfile = annotation.startsWith('localhost/') ? annotation.slice('localhost/'.length) : '';
  return localhostProfile === '' ? undefined : { type: 'Localhost', localhostProfile };
}

/** Whatever reads a pod finds its profiles both in fields and in the annotations of before there were any. */
class ProfilePair {
  constructor(
    private readonly pod: corev1.Pod,
    private readonly warn: (text: string) => void,
  ) {}

  sync(container: corev1.Container): void {
    const key = `${prefix}${container.name}`;
    const annotation = this.pod.metadata?.annotations?.[key];
    const podProfile = this.pod.spec?.securityContext?.appArmorProfile;
    const profile = container.securityContext?.appArmorProfile;
    if (annotation === undefined) this.annotate(key, profile ?? podProfile);
    else if (!profile) this.setProfile(container, key, profileOf(annotation), podProfile);
  }

  private annotate(key: string, profile: corev1.AppArmorProfile | undefined): void {
    const annotation = profile && annotationFor(profile);
    if (annotation === undefined) return;
    this.pod.metadata = {
      ...this.pod.metadata,
      annotations: { ...this.pod.metadata?.annotations, [key]: annotation },
    };
  }

  private setProfile(
    container: corev1.Container,
    key: string,
    profile: corev1.AppArmorProfile | undefined,
    podProfile: corev1.AppArmorProfile | undefined,
  ): void {
    if (sameValue(profile, podProfile) && profile) return;
    if (profile) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
    this.warn(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
  }
}

/** Upstream: applyAppArmorVersionSkew of pkg/registry/core/pod. */
export function syncAppArmor(pod: corev1.Pod, warn: (text: string) => void): void {
  const { spec } = pod;
  if (!spec || spec.os?.name === 'windows') return;
  const pair = new ProfilePair(pod, warn);
  for (const container of [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ])
    pair.sync(container);
}
