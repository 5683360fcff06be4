import { compareKubeAwareVersions } from '../version/kube-aware';

/** How much clients prefer a version of a group, and the group. */
export interface VersionPriority {
  readonly group: string;
  readonly version: string;
  /** That of the group is the highest of its versions. */
  readonly groupPriority: number;
  readonly versionPriority: number;
}

/** The versions of each group, in the order in which clients prefer them. */
export type GroupOrder = ReadonlyMap<string, readonly string[]>;

/**
 * Groups by their priority, and versions within them, the highest first; where they are equal, groups by name and
 * versions by how stable they are. Upstream: staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/helpers.go.
 */
export function orderGroups(versions: readonly VersionPriority[]): GroupOrder {
  const groups = new Map<string, VersionPriority[]>();
  for (const one of versions) {
    const known = groups.get(one.group);
    if (known) known.push(one);
    else groups.set(one.group, [one]);
  }
  const priorityOf = (all: readonly VersionPriority[]): number =>
    all.reduce((highest, { groupPriority }) => Math.max(highest, groupPriority), 0);
  const ordered = [...groups].map(([group, all]) => ({ group, all, priority: priorityOf(all) }));
  ordered.sort((a, b) => b.priority - a.priority || (a.group < b.group ? -1 : 1));
  return new Map(ordered.map(({ group, all }) => [group, all.sort(compareVersions).map(({ version }) => version)]));
}

const compareVersions = (a: VersionPriority, b: VersionPriority): number =>
  b.versionPriority - a.versionPriority || compareKubeAwareVersions(a.version, b.version);
