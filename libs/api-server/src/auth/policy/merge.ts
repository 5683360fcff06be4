import { isDeepStrictEqual } from 'node:util';
import type { rbacv1 } from '@skiff/contracts';
import { uncoveredRules, unlimited } from '../authorization/rbac/coverage';

const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate';

type Role = rbacv1.ClusterRole | rbacv1.Role;
type Binding = rbacv1.ClusterRoleBinding | rbacv1.RoleBinding;

/** Whether somebody has put the object beyond the reach of the start-up reconciliation. */
const isFrozen = (object: Role | Binding): boolean => object.metadata?.annotations?.[autoUpdate] === 'false';

/** The existing role with what it lacks of the expected one; undefined when it lacks nothing. Nothing is taken away. */
export function mergeRole<T extends Role>(existing: T, expected: T): T | undefined {
  if (isFrozen(existing)) return undefined;
  const aggregation = 'aggregationRule' in expected ? expected.aggregationRule : undefined;
  const missing = aggregation ? [] : uncoveredRules(existing.rules ?? [], expected.rules ?? [], unlimited);
  const known = ('aggregationRule' in existing && existing.aggregationRule?.clusterRoleSelectors) || [];
  const selectors = (aggregation?.clusterRoleSelectors ?? []).filter(
    (selector) => !known.some((other) => isDeepStrictEqual(clean(other), clean(selector))),
  );
  const merged: T = {
    ...existing,
    metadata: mergeMetadata(existing, expected),
    rules: [...(existing.rules ?? []), ...missing],
    ...(selectors.length ? { aggregationRule: { clusterRoleSelectors: [...known, ...selectors] } } : {}),
  };
  const same = missing.length === 0 && selectors.length === 0 && isDeepStrictEqual(merged.metadata, existing.metadata);
  return same ? undefined : merged;
}

/**
 * The existing binding with the subjects that it lacks; undefined when it lacks none, `replace` when
 * it refers to another role, which cannot be changed in place.
 */
export function mergeBinding<T extends Binding>(existing: T, expected: T): T | 'replace' | undefined {
  if (isFrozen(existing)) return undefined;
  if (!isDeepStrictEqual(clean(existing.roleRef), clean(expected.roleRef))) return 'replace';
  const missing = (expected.subjects ?? []).filter(
    (subject) => !existing.subjects?.some((known) => isDeepStrictEqual(clean(known), clean(subject))),
  );
  const metadata = mergeMetadata(existing, expected);
  if (missing.length === 0 && isDeepStrictEqual(metadata, existing.metadata)) return undefined;
  return { ...existing, metadata, subjects: [...(existing.subjects ?? []), ...missing] };
}

const mergeMetadata = (existing: Role | Binding, expected: Role | Binding): NonNullable<Role['metadata']> => ({
  ...existing.metadata,
  labels: { ...expected.metadata?.labels, ...existing.metadata?.labels },
  annotations: { ...expected.metadata?.annotations, ...existing.metadata?.annotations },
});

/** Without fields that are absent in one and undefined in the other. */
const clean = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown;
