import type { corev1 } from '@skiff/contracts';
import type { VolumeFile } from '../../atomic-writer';
import type { VolumeContext } from '../../plugin';

/** The file that holds a token of the pod's service account. */
export async function tokenFile(
  source: corev1.ServiceAccountTokenProjection,
  mode: number,
  context: VolumeContext,
): Promise<VolumeFile> {
  const { token } = await context.tokens.token(context.pod, source.audience ?? '', source.expirationSeconds ?? 3600);
  const { user, group } = soleOwner(context.pod);
  // Readable only by the one user that the pod runs as, if there is one.
  const own = group === undefined && user !== undefined ? { mode: 0o600, uid: user } : { mode };
  return { path: source.path ?? 'token', data: Buffer.from(token, 'utf8'), ...own };
}

function soleOwner(pod: corev1.Pod): { user: number | undefined; group: number | undefined } {
  const context = pod.spec?.securityContext;
  const users = new Set((pod.spec?.containers ?? []).map((c) => c.securityContext?.runAsUser ?? context?.runAsUser));
  const [user] = users;
  return { user: users.size === 1 ? user : undefined, group: context?.fsGroup };
}
