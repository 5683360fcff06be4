import { compareObjects, type Comparison } from './compare';
import { withoutBranches, type FieldSet } from './field-set';
import type { Values } from './shape';
import { inVersion, type Versions } from './versions';

interface Change {
  readonly before: object;
  readonly after: object;
  /** Of both. */
  readonly apiVersion: string;
}

const nothing: Comparison = { changed: {}, removed: {} };

/** How two versions of an object differ, in each of the versions by which its managers name its fields. */
export class Changes {
  private readonly known = new Map<string, Promise<Comparison>>();

  /** @param reset what is not looked at. */
  constructor(
    private readonly change: Change,
    private readonly reset: FieldSet,
    private readonly versions: Versions,
  ) {}

  in(apiVersion: string): Promise<Comparison> {
    let comparison = this.known.get(apiVersion);
    if (!comparison) this.known.set(apiVersion, (comparison = this.compare(apiVersion)));
    return comparison;
  }

  private async compare(to: string): Promise<Comparison> {
    const { versions, reset } = this;
    const { before, after, apiVersion } = this.change;
    const schema = versions.schemaOf(to);
    if (!schema) return nothing;
    const old = await inVersion(versions, before as Values, apiVersion, to);
    const now = await inVersion(versions, after as Values, apiVersion, to);
    const { changed, removed } = compareObjects(schema, old, now);
    return { changed: withoutBranches(changed, reset), removed: withoutBranches(removed, reset) };
  }
}
