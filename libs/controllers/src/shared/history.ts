import { hasReason, type ApiObject } from '@skiff/apimachinery';
import type { Client } from '@skiff/client';
import { Kinds, type appsv1, type corev1, type Kind, type metav1 } from '@skiff/contracts';
import { claim } from './adoption';
import type { Cache } from './caches';
import { safeHash } from './hash';
import { objectKey } from './keys';
import { unlessNotFound } from './not-found';
import { controllerReference } from './owner-references';
import { semanticEqual } from './semantic-equal';

export interface HistoryOwner<T extends ApiObject> {
  readonly kind: Kind<T>;
  readonly object: T;
  readonly selector: metav1.LabelSelector | undefined;
  readonly template: corev1.PodTemplateSpec | undefined;
  readonly collisionCount: number | undefined;
  /** The label on a revision that holds its hash. */
  readonly hashLabel: string;
}

export interface History {
  /** Oldest first; the last is the template's, unless an older one was gone back to. */
  readonly revisions: readonly appsv1.ControllerRevision[];
  /** The one that has the owner's template now. */
  readonly update: appsv1.ControllerRevision;
}

/** What a ControllerRevision remembers: a patch that puts the template back. */
function dataOf(template: corev1.PodTemplateSpec | undefined): { spec: { template: unknown } } {
  return { spec: { template: { $patch: 'replace', ...template } } };
}

/** The template that a revision remembers. */
export function templateOf(revision: appsv1.ControllerRevision | undefined): corev1.PodTemplateSpec | undefined {
  const data = revision?.data as { spec?: { template?: corev1.PodTemplateSpec & { $patch?: string } } } | undefined;
  const template = data?.spec?.template;
  if (!template) return undefined;
  const { metadata, spec } = template;
  return { ...(metadata && { metadata }), ...(spec && { spec }) };
}

/**
 * The revisions of an owner's template, with one for the template as it is now: created
 * when there is none, renumbered when an old one is gone back to. Rejects with
 * AlreadyExists when its name is taken by another template.
 */
export async function syncHistory<T extends ApiObject>(
  client: Client,
  cache: Cache<appsv1.ControllerRevision>,
  owner: HistoryOwner<T>,
  signal: AbortSignal,
): Promise<History> {
  const owned = await claim(client, owner, { kind: Kinds.ControllerRevision, cache });
  const revisions = [...owned].sort((left, right) => (left.revision ?? 0) - (right.revision ?? 0));
  const next = (revisions.at(-1)?.revision ?? 0) + 1;
  const data = dataOf(owner.template);
  const known = revisions.findLast((revision) => semanticEqual(templateOf(revision), owner.template));
  if (known) {
    if (known === revisions.at(-1)) return { revisions, update: known };
    const update = await client.update(Kinds.ControllerRevision, { ...known, revision: next }, { signal });
    return { revisions: [...revisions.filter((revision) => revision !== known), update], update };
  }
  const hash = safeHash(data, owner.collisionCount);
  const { name, namespace, annotations } = owner.object.metadata ?? {};
  const wanted: appsv1.ControllerRevision = {
    kind: 'ControllerRevision',
    apiVersion: 'apps/v1',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...owner.template?.metadata?.labels, [owner.hashLabel]: hash },
      annotations: { ...annotations },
      ownerReferences: [controllerReference(owner.kind, owner.object)],
    },
    data: data as unknown as NonNullable<appsv1.ControllerRevision['data']>,
    revision: next,
  };
  const update = await createRevision(client, wanted, signal);
  return { revisions: [...revisions, update], update };
}

async function createRevision(
  client: Client,
  wanted: appsv1.ControllerRevision,
  signal: AbortSignal,
): Promise<appsv1.ControllerRevision> {
  try {
    return await client.create(Kinds.ControllerRevision, wanted, { signal });
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
    const existing = await client.get(Kinds.ControllerRevision, objectKey(wanted), { signal });
    // The cache was late.
    if (semanticEqual(templateOf(existing), templateOf(wanted))) return existing;
    throw error;
  }
}

/** Deletes the oldest revisions that nobody uses, down to the limit. */
export async function truncateHistory(
  client: Client,
  history: History,
  inUse: ReadonlySet<string>,
  limit: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const unused = history.revisions.filter(
    (revision) => revision !== history.update && !inUse.has(revision.metadata?.name ?? ''),
  );
  const surplus = unused.slice(0, Math.max(0, unused.length - (limit ?? 10)));
  for (const revision of surplus) {
    await unlessNotFound(client.delete(Kinds.ControllerRevision, objectKey(revision), {}, { signal }));
  }
}
