import { hasReason, StatusError, type ApiObject } from '@skiff/apimachinery';
import type { Client } from '@skiff/client';
import type { Kind, metav1 } from '@skiff/contracts';
import { byController, controlledBy, orphansOf } from './indexers';
import type { Cache } from './caches';
import { selects } from './labels';
import { objectKey } from './keys';
import { controllerOf, controllerReference } from './owner-references';
import { isDeleting } from './pods';

export interface Claims<T> {
  /** Controlled already, and still selected. */
  readonly owned: T[];
  /** Nobody's, and selected: to be taken over. */
  readonly adopt: T[];
  /** Controlled, but no longer selected: to be let go. */
  readonly release: T[];
}

/** Decides which dependents an owner keeps, takes over and lets go. As ControllerRefManager.ClaimObject. */
export function planClaims<T extends ApiObject>(
  owner: ApiObject,
  selector: metav1.LabelSelector | undefined,
  candidates: Iterable<T>,
): Claims<T> {
  const claims: Claims<T> = { owned: [], adopt: [], release: [] };
  for (const candidate of candidates) {
    const controller = controllerOf(candidate);
    const selected = selects(selector, candidate.metadata?.labels);
    if (controller) {
      if (controller.uid !== owner.metadata?.uid) continue;
      if (selected) claims.owned.push(candidate);
      else if (!isDeleting(owner)) claims.release.push(candidate);
    } else if (selected && !isDeleting(owner) && !isDeleting(candidate)) {
      claims.adopt.push(candidate);
    }
  }
  return claims;
}

/** What is the owner's or nobody's, from a cache. */
export function candidatesFor<T>(cache: Cache<T>, owner: ApiObject): T[] {
  return [
    ...cache.byIndex(byController, controlledBy(owner)),
    ...cache.byIndex(byController, orphansOf(owner.metadata?.namespace)),
  ];
}

/** Makes sure, past the cache, that an owner still exists and stays before it adopts. */
async function assertMayAdopt<O extends ApiObject>(client: Client, kind: Kind<O>, owner: O): Promise<void> {
  const fresh = await client.get(kind, objectKey(owner));
  const what = `${owner.metadata?.namespace}/${owner.metadata?.name}`;
  if (fresh.metadata?.uid !== owner.metadata?.uid) {
    throw new StatusError(409, 'Conflict', `original ${kind.kind} ${what} is gone: got uid ${fresh.metadata?.uid}`);
  }
  if (isDeleting(fresh)) throw new StatusError(409, 'Conflict', `${what} has just been deleted`);
}

/**
 * The dependents of an owner after adoption and release, which are patches with the
 * dependent's uid as precondition. Dependents that vanish meanwhile are left out.
 */
export async function claim<T extends ApiObject, O extends ApiObject>(
  client: Client,
  owner: { readonly kind: Kind<O>; readonly object: O; readonly selector: metav1.LabelSelector | undefined },
  dependents: { readonly kind: Kind<T>; readonly cache: Cache<T> },
): Promise<T[]> {
  const claims = planClaims(owner.object, owner.selector, candidatesFor(dependents.cache, owner.object));
  if (claims.adopt.length === 0 && claims.release.length === 0) return claims.owned;
  if (claims.adopt.length > 0) await assertMayAdopt(client, owner.kind, owner.object);
  const patch = async (dependent: T, ownerReferences: unknown[]): Promise<T | undefined> => {
    try {
      return await client.patch(dependents.kind, objectKey(dependent), 'strategic', {
        metadata: { uid: dependent.metadata?.uid, ownerReferences },
      });
    } catch (error) {
      // Gone, or another object of that name.
      if (hasReason(error, 'NotFound') || hasReason(error, 'Invalid')) return undefined;
      throw error;
    }
  };
  const adopted = await Promise.all(
    claims.adopt.map((dependent) => patch(dependent, [controllerReference(owner.kind, owner.object)])),
  );
  await Promise.all(
    claims.release.map((dependent) => patch(dependent, [{ $patch: 'delete', uid: owner.object.metadata?.uid }])),
  );
  return [...claims.owned, ...adopted.filter((dependent) => dependent !== undefined)];
}
