import type { corev1 } from '@skiff/contracts';
import { timeOf } from '../shared/pods';
import { accountOf } from '../shared/token-secrets';

export const lastUsedLabel = 'kubernetes.io/legacy-token-last-used';
export const invalidSinceLabel = 'kubernetes.io/legacy-token-invalid-since';

const day = 86_400_000;
/** For how long a token may lie unused before it is marked, and marked before it is deleted. */
export const unusedLifetime = 365 * day;

/** What becomes of a Secret: its token is marked as invalid since this day, or it is deleted. */
export type Verdict = { readonly invalidSince: string } | 'delete';

/** A day as labels write it. */
const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);

const isDay = (text: string | undefined): text is string => text !== undefined && !Number.isNaN(Date.parse(text));

export interface TokenFacts {
  /** The service account that the Secret is for, if it is there. */
  readonly account: corev1.ServiceAccount | undefined;
  /** Whether a pod refers to the Secret. */
  readonly isMounted: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * What becomes of a Secret. Tokens that nobody made by hand stand on the list of their service account; those that
 * have been used, or may be, stay.
 */
export function judgeToken(secret: corev1.Secret, { account, isMounted, now }: TokenFacts): Verdict | undefined {
  const { creationTimestamp, deletionTimestamp, labels = {}, name } = secret.metadata ?? {};
  const limit = now - unusedLifetime;
  const wanted = accountOf(secret);
  if (!wanted || deletionTimestamp || timeOf(creationTimestamp) >= limit) return undefined;
  const lastUsed = labels[lastUsedLabel];
  if (lastUsed !== undefined && (!isDay(lastUsed) || lastUsed >= dayOf(limit))) return undefined;
  const isTheirs = account && (wanted.uid === '' || wanted.uid === account.metadata?.uid);
  if (!isTheirs || !account.secrets?.some((listed) => listed.name === name) || isMounted) return undefined;
  const invalidSince = labels[invalidSinceLabel];
  if (!isDay(invalidSince)) return { invalidSince: dayOf(now) };
  return invalidSince < dayOf(limit) ? 'delete' : undefined;
}

/** Whether the use of tokens has been noted for long enough, given the day since when it is. */
export function isTrackedLongEnough(since: string | undefined, now: number): boolean {
  return isDay(since) && now >= Date.parse(since) + day + unusedLifetime;
}
