import { createHash } from 'node:crypto';
import { apiGroupDiscoveries, apiGroupList, apiGroupOf, apiResourceList } from '@skiff/apimachinery';
import { apiVersionOf, type metav1 } from '@skiff/contracts';
import type { Generation } from '../registry/installed-resources';

/** A document that is sent as it is, and what tells its versions apart. */
export interface AggregatedDocument {
  readonly body: Buffer;
  /** With its quotes. */
  readonly etag: string;
}

/** What discovery tells of one generation, each document made when it is first asked for. */
export class DiscoveryDocuments {
  /** What was made, by a name. Only what is served gets a place, whatever clients ask for. */
  private readonly made = new Map<string, unknown>();

  constructor(private readonly generation: Generation) {}

  groups(): metav1.APIGroupList {
    return this.once('groups', () => apiGroupList(this.generation.definitions));
  }

  /** Undefined when the group is not served. */
  group(group: string): metav1.APIGroup | undefined {
    return this.once(`group ${group}`, () => apiGroupOf(this.generation.definitions, group));
  }

  /** Undefined when the version is not served. */
  version(group: string, version: string): metav1.APIResourceList | undefined {
    const served = this.generation.groupVersions.get(apiVersionOf({ group, version }));
    return served && this.once(`version ${group}/${version}`, () => apiResourceList(served, group, version));
  }

  /** All resources of the core group, or of all others, in one document. */
  aggregated(root: 'api' | 'apis'): AggregatedDocument {
    return this.once(root, () => {
      const body = Buffer.from(`${JSON.stringify(apiGroupDiscoveries(this.generation.definitions, root === 'api'))}\n`);
      return { body, etag: `"${createHash('sha256').update(body).digest('hex').toUpperCase()}"` };
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
