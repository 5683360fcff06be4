import { createHash } from 'node:crypto';
import {
  apiGroupDiscoveries,
  apiGroupList,
  apiGroupOf,
  apiResourceList,
  coreGroup,
  discoverGroups,
  groupsOf,
  orderGroups,
  type GroupOrder,
} from '@skiff/apimachinery';
import { apiVersionOf, type apidiscoveryv2, type metav1 } from '@skiff/contracts';
import type { Generation } from '../registry/installed-resources';
import type { AggregatedVersion } from './aggregated-apis';

/** A document that is sent as it is, and what tells its versions apart. */
export interface AggregatedDocument {
  readonly body: Buffer;
  /** With its quotes. */
  readonly etag: string;
}

/** What comes while the server runs, until its own priorities are known, as upstream has it for custom resources. */
const unregistered = { groupPriority: 1_000, versionPriority: 100 };

/** What discovery tells of one generation, each document made when it is first asked for. */
export class DiscoveryDocuments {
  /** What was made, by a name. Only what is served gets a place, whatever clients ask for. */
  private readonly made = new Map<string, unknown>();

  constructor(
    private readonly generation: Generation,
    private readonly added: readonly AggregatedVersion[],
  ) {}

  groups(): metav1.APIGroupList {
    return this.once('groups', () => apiGroupList(this.order));
  }

  /** Undefined when the group is not served. */
  group(group: string): metav1.APIGroup | undefined {
    return this.once(`group ${group}`, () => apiGroupOf(this.order, group));
  }

  /** Undefined when the version is not served. */
  version(group: string, version: string): metav1.APIResourceList | undefined {
    const served = this.generation.groupVersions.get(apiVersionOf({ group, version }));
    return served && this.once(`version ${group}/${version}`, () => apiResourceList(served, group, version));
  }

  /** All resources of the core group, or of all others, in one document. */
  aggregated(root: 'api' | 'apis'): AggregatedDocument {
    return this.once(root, () => {
      const body = Buffer.from(`${JSON.stringify(apiGroupDiscoveries(this.discovered(root)))}\n`);
      return { body, etag: `"${createHash('sha256').update(body).digest('hex').toUpperCase()}"` };
    });
  }

  /** The same, as objects. */
  discovered(root: 'api' | 'apis'): apidiscoveryv2.APIGroupDiscovery[] {
    return this.once(`discovered ${root}`, () => {
      const known = this.added.flatMap(({ elsewhere, ...gv }) =>
        elsewhere ? [[apiVersionOf(gv), elsewhere] as const] : [],
      );
      return discoverGroups(this.generation.definitions, root === 'api' ? coreGroup : this.order, new Map(known));
    });
  }

  /** The paths of all groups and versions. */
  get paths(): readonly string[] {
    return this.once('paths', () => [
      ...(this.generation.groupVersions.has('v1') ? ['/api/v1'] : []),
      ...[...this.order].flatMap(([group, versions]) => [
        `/apis/${group}`,
        ...versions.map((version) => `/apis/${group}/${version}`),
      ]),
    ]);
  }

  private get order(): GroupOrder {
    return this.once('order', () => {
      const { definitions } = this.generation;
      if (this.added.length === 0) return groupsOf(definitions);
      const all = new Map<string, AggregatedVersion>(this.added.map((one) => [apiVersionOf(one), one]));
      for (const [group, served] of groupsOf(definitions))
        for (const version of served) {
          const key = apiVersionOf({ group, version });
          if (!all.has(key)) all.set(key, { group, version, ...unregistered });
        }
      return orderGroups([...all.values()].filter(({ group }) => group !== ''));
    });
  }

  private once<T>(name: string, make: () => T): T {
    // A name is used for one kind of document.
    const known = this.made.get(name) as T | undefined;
    if (known !== undefined) return known;
    const made = make();
    if (made !== undefined) this.made.set(name, made);
    return made;
  }
}
