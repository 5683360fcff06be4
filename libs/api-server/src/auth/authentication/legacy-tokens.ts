import { Kinds, type corev1 } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { Registry } from '../../registry/registry';
import { apiServerUser } from '../user';

const lastUsedLabel = 'kubernetes.io/legacy-token-last-used';
const invalidSinceLabel = 'kubernetes.io/legacy-token-invalid-since';

/**
 * The Secret that a token says it is kept in, if it still keeps just that token. Throws saying why not.
 * Upstream: pkg/serviceaccount/legacy.go.
 */
export function requireKept(secret: corev1.Secret | undefined, token: string): corev1.Secret {
  if (!secret || secret.metadata?.deletionTimestamp) throw new Error('service account token has been invalidated');
  const { name = '', namespace = '', labels = {}, annotations = {} } = secret.metadata ?? {};
  if (Buffer.from(secret.data?.['token'] ?? '', 'base64').toString() !== token)
    throw new Error("service account token does not match server's copy");
  const since = labels[invalidSinceLabel];
  if (since) {
    const account = annotations['kubernetes.io/service-account.name'] ?? '';
    throw new Error(
      `the token in secret ${namespace}/${name} for service account ${namespace}/${account} has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '${invalidSinceLabel}' label from the secret to temporarily allow use of this token`,
    );
  }
  return secret;
}

/** Hears of every use of a token that a Secret keeps. */
export interface UseOfLegacyTokens {
  note(secret: corev1.Secret): void;
}

/** Writes into a label of the Secret on which day its token was last used (UTC), once a day. */
export class LegacyTokenTracking implements UseOfLegacyTokens {
  /** The day that is being written, by uid. */
  private readonly writing = new Map<string, string>();

  constructor(
    private readonly registry: Registry,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  note(secret: corev1.Secret): void {
    const { uid = '', labels = {} } = secret.metadata ?? {};
    const today = this.day(0);
    // Another server's clock may be a little ahead.
    const isNoted = labels[lastUsedLabel] === today || labels[lastUsedLabel] === this.day(1);
    if (isNoted || this.writing.get(uid) === today) return;
    this.writing.set(uid, today);
    this.write(secret, today)
      .catch((error: unknown) => this.logger.warn('the use of a token could not be noted', { error }))
      .finally(() => this.writing.delete(uid));
  }

  private day(ahead: number): string {
    return new Date(this.clock.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  }

  private async write({ metadata }: corev1.Secret, today: string): Promise<void> {
    const { namespace = '', name = '', uid } = metadata ?? {};
    const change = (current: corev1.Secret): corev1.Secret =>
      current.metadata?.uid === uid
        ? {
            ...current,
            metadata: { ...current.metadata, labels: { ...current.metadata?.labels, [lastUsedLabel]: today } },
          }
        : current;
    await this.registry
      .of(Kinds.Secret)
      .update(
        { namespace, name, subresource: '', change },
        { user: apiServerUser, dryRun: false, fieldManager: 'kube-apiserver', warn: () => undefined },
      );
  }
}
