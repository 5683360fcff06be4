import { allVerbs, discoverGroups, type ApiObject } from '@skiff/apimachinery';
import { readDiscovery, type ServedResource, type ServedResources } from '@skiff/client';
import { apiVersionOf, resourceKey, type ResourceId } from '@skiff/contracts';
import { builtInResources } from '@skiff/resources';

const served = readDiscovery([true, false].flatMap((core) => discoverGroups(builtInResources, core))).resources;

/** Which resources a fake API server serves: those that are built in, until a test says otherwise. */
export class FakeDiscovery {
  private readonly others = new Map<string, ServedResource>();
  private readonly failing = new Map<string, string>();

  serve(resource: ResourceId<ApiObject>, verbs: readonly string[] = allVerbs): void {
    this.others.set(resourceKey(resource), { resource, verbs });
  }

  withdraw(resource: ResourceId<ApiObject>): void {
    this.others.delete(resourceKey(resource));
  }

  /** From now on the resources of a "group/version" cannot be told, until it recovers. */
  fail(groupVersion: string, why: string): void {
    this.failing.set(groupVersion, why);
  }

  recover(groupVersion: string): void {
    this.failing.delete(groupVersion);
  }

  read(): ServedResources {
    const all = [...served, ...this.others.values()];
    const resources = all.filter(({ resource }) => !this.failing.has(apiVersionOf(resource)));
    return { resources, failures: new Map(this.failing) };
  }
}
