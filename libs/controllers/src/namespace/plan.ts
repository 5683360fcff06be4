import type { corev1 } from '@skiff/contracts';
import { semanticEqual } from '../shared/semantic-equal';

/** What was found and done in a namespace in one pass over its resources. */
export interface Contents {
  /** Why the resources of a group's version are not known, by "group/version". */
  readonly undiscovered: ReadonlyMap<string, string>;
  /** Objects left by resource, such as `pods.` or `deployments.apps`. */
  readonly remaining: ReadonlyMap<string, number>;
  /** Objects that a finalizer keeps, by finalizer. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** What could not be deleted, and why. */
  readonly failures: readonly string[];
}

function condition(
  type: string,
  problem: string | undefined,
  reasons: { bad: string; good: string; message: string },
): corev1.NamespaceCondition {
  return problem === undefined
    ? { type, status: 'False', reason: reasons.good, message: reasons.message }
    : { type, status: 'True', reason: reasons.bad, message: problem };
}

function listed(
  counts: ReadonlyMap<string, number>,
  prefix: string,
  format: (name: string, count: number) => string,
): string | undefined {
  if (counts.size === 0) return undefined;
  const entries = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
  return prefix + entries.map(([name, count]) => format(name, count)).join(', ');
}

/** Upstream: ProcessDiscoverResourcesErr of pkg/controller/namespace/deletion/status_condition_utils.go. */
function undiscovered(failures: ReadonlyMap<string, string>): string | undefined {
  if (failures.size === 0) return undefined;
  const groups = [...failures].map(([groupVersion, why]) => `${groupVersion}: ${why}`).sort();
  const what = `unable to retrieve the complete list of server APIs: ${groups.join(', ')}`;
  return `Discovery failed for some groups, ${failures.size} failing: ${what}`;
}

/** The conditions that say why a namespace is still there. `now` is an RFC 3339 time. */
export function planConditions(
  old: readonly corev1.NamespaceCondition[],
  contents: Contents,
  now: string,
): corev1.NamespaceCondition[] {
  const failure =
    contents.failures.length === 0
      ? undefined
      : `Failed to delete all resource types, ${contents.failures.length} remaining: ${contents.failures.join(', ')}`;
  const wanted = [
    condition('NamespaceDeletionDiscoveryFailure', undiscovered(contents.undiscovered), {
      bad: 'DiscoveryFailed',
      good: 'ResourcesDiscovered',
      message: 'All resources successfully discovered',
    }),
    condition('NamespaceDeletionGroupVersionParsingFailure', undefined, {
      bad: 'GroupVersionParsingFailed',
      good: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    }),
    condition('NamespaceDeletionContentFailure', failure, {
      bad: 'ContentDeletionFailed',
      good: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    }),
    condition(
      'NamespaceContentRemaining',
      listed(
        contents.remaining,
        'Some resources are remaining: ',
        (name, count) => `${name} has ${count} resource instances`,
      ),
      { bad: 'SomeResourcesRemain', good: 'ContentRemoved', message: 'All content successfully removed' },
    ),
    condition(
      'NamespaceFinalizersRemaining',
      listed(
        contents.finalizers,
        'Some content in the namespace has finalizers remaining: ',
        (name, count) => `${name} in ${count} resource instances`,
      ),
      {
        bad: 'SomeFinalizersRemain',
        good: 'ContentHasNoFinalizers',
        message: 'All content-preserving finalizers finished',
      },
    ),
  ];
  const others = old.filter((existing) => !wanted.some(({ type }) => type === existing.type));
  return [...others, ...wanted.map((next) => kept(old, next, now))];
}

function kept(
  old: readonly corev1.NamespaceCondition[],
  next: corev1.NamespaceCondition,
  now: string,
): corev1.NamespaceCondition {
  const current = old.find(({ type }) => type === next.type);
  const { lastTransitionTime, ...rest } = current ?? {};
  if (semanticEqual(rest, next)) return current ?? next;
  return { ...next, lastTransitionTime: current?.status === next.status ? (lastTransitionTime ?? now) : now };
}
