import { subresourceKind, type GroupVersionKind, type Resource } from '@skiff/apimachinery';
import type { Kind } from '@skiff/contracts';

export interface GroupVersionResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural name. */
  readonly resource: string;
}

/** What a write is about. One value serves all requests for a resource, or for a subresource of it. */
export interface AdmissionTarget {
  /** Of the object, as plugins see it: of pods/binding, it is Binding. */
  readonly kind: GroupVersionKind;
  readonly resource: GroupVersionResource;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** What the client named: the same, unless it asked for another version of it. */
  readonly requestKind: GroupVersionKind;
  readonly requestResource: GroupVersionResource;
  readonly requestSubResource: string;
}

type Named = Pick<Kind, 'group' | 'version' | 'kind' | 'plural'>;

const kindOf = ({ group, version, kind }: GroupVersionKind): GroupVersionKind => ({ group, version, kind });
const resourceOf = ({ group, version, plural }: Named): GroupVersionResource => ({ group, version, resource: plural });

/** What writes of a resource, or of a subresource of it, are about; `body` is the kind that the subresource takes. */
export function admissionTarget(resource: Named, subresource = '', body: GroupVersionKind = resource): AdmissionTarget {
  const [kind, named] = [kindOf(body), resourceOf(resource)];
  return {
    kind,
    resource: named,
    subresource,
    requestKind: kind,
    requestResource: named,
    requestSubResource: subresource,
  };
}

/** The targets of one resource, each made once: a chain plans its steps by them. */
export class AdmissionTargets {
  private readonly made = new Map<string, AdmissionTarget>();

  constructor(private readonly resource: Pick<Resource, 'kind' | 'subresources'>) {}

  /** An empty subresource: the object itself. */
  of(subresource: string): AdmissionTarget {
    let target = this.made.get(subresource);
    if (!target) this.made.set(subresource, (target = this.make(subresource)));
    return target;
  }

  private make(subresource: string): AdmissionTarget {
    const { kind, subresources } = this.resource;
    const found = subresources.get(subresource);
    return admissionTarget(kind, subresource, found && subresourceKind(found, kind));
  }
}
