import type { ApiObject } from '@skiff/apimachinery';
import { apiVersionOf, type metav1, type ResourceId } from '@skiff/contracts';
import { isDeleting } from '../shared/pods';
import { semanticEqual } from '../shared/semantic-equal';

/** The finalizer of an object that is deleted after its dependents. */
export const foregroundFinalizer = 'foregroundDeletion';
/** The finalizer of an object whose dependents shall outlive it. */
export const orphanFinalizer = 'orphan';

/** An object, or one that somebody's owner reference speaks of and no informer has shown (virtual). */
export interface GraphNode {
  readonly uid: string;
  /** Undefined for a virtual node: what references say of it need not be true. */
  kind: ResourceId<ApiObject> | undefined;
  /** Undefined for a cluster-scoped object. */
  namespace: string | undefined;
  name: string;
  owners: readonly metav1.OwnerReference[];
  readonly dependents: Set<GraphNode>;
  virtual: boolean;
  deleting: boolean;
  finalizers: readonly string[];
}

/** How many deleted uids are remembered. */
const absentLimit = 500;

/** Whether an owner lives in a namespace that is not its dependent's: such a dependent cannot refer to it. */
function livesElsewhere(owner: GraphNode, dependent: GraphNode): boolean {
  return owner.namespace !== undefined && owner.namespace !== dependent.namespace;
}

/** Whether a reference of a dependent names an observed object as it is: by API version, kind, namespace, name and uid. */
export function namesOwner(reference: metav1.OwnerReference, dependent: GraphNode, owner: GraphNode): boolean {
  return (
    owner.kind !== undefined &&
    reference.uid === owner.uid &&
    reference.apiVersion === apiVersionOf(owner.kind) &&
    reference.kind === owner.kind.kind &&
    reference.name === owner.name &&
    !livesElsewhere(owner, dependent)
  );
}

/**
 * Who owns whom, by uid. Every method answers with the uids that now need a look. A uid
 * alone makes nobody an owner: dependents whose references do not name the owner as it is
 * need a look as well.
 * Upstream: pkg/controller/garbagecollector/graph_builder.go.
 */
export class OwnershipGraph {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly absent = new Set<string>();

  /** `foreignOwner` is told of references to an owner that lives in another namespace. */
  constructor(private readonly foreignOwner: (dependent: GraphNode, reference: metav1.OwnerReference) => void) {}

  get(uid: string): GraphNode | undefined {
    return this.nodes.get(uid);
  }

  /** Whether an object with this uid is known to be gone: uids are never used again. */
  isAbsent(uid: string): boolean {
    return this.absent.has(uid);
  }

  /** An informer showed an object. */
  observe(kind: ResourceId<ApiObject>, object: ApiObject): string[] {
    const { uid, namespace, name, ownerReferences: owners = [], finalizers = [] } = object.metadata ?? {};
    if (uid === undefined || name === undefined) return [];
    const known = this.nodes.get(uid);
    if (!known || known.virtual) {
      const facts = { uid, kind, namespace: namespace || undefined, name, owners, finalizers };
      return this.add(known, facts, isDeleting(object));
    }
    // Its group may prefer another version than before.
    known.kind = kind;
    const look = this.changeOwners(known, owners);
    const began = isDeleting(object) && (!known.deleting || !semanticEqual(known.finalizers, finalizers));
    known.deleting = isDeleting(object);
    known.finalizers = finalizers;
    if (began) look.push(uid);
    return look;
  }

  /** The objects that refer to an owner of this kind. */
  dependentsOn(resource: ResourceId<ApiObject>): string[] {
    const apiVersion = apiVersionOf(resource);
    const isOne = (owner: metav1.OwnerReference): boolean =>
      owner.kind === resource.kind && owner.apiVersion === apiVersion;
    return [...this.nodes.values()].filter(({ owners }) => owners.some(isOne)).map(({ uid }) => uid);
  }

  /** An object is gone: its dependents may have to go, its owners may be able to. */
  forget(uid: string): string[] {
    this.remember(uid);
    const node = this.nodes.get(uid);
    if (!node) return [];
    this.nodes.delete(uid);
    const look = [...node.dependents].map((dependent) => dependent.uid);
    for (const reference of node.owners) {
      const owner = this.nodes.get(reference.uid ?? '');
      if (!owner) continue;
      owner.dependents.delete(node);
      if (owner.deleting) look.push(owner.uid);
      this.dropUnneeded(owner);
    }
    // Dependents still refer to it, until they are deleted or let go of it.
    if (node.dependents.size > 0) {
      this.nodes.set(uid, { ...node, kind: undefined, owners: [], virtual: true, deleting: false, finalizers: [] });
    }
    return look;
  }

  private add(
    virtual: GraphNode | undefined,
    facts: Pick<GraphNode, 'uid' | 'kind' | 'namespace' | 'name' | 'owners' | 'finalizers'>,
    deleting: boolean,
  ): string[] {
    const node: GraphNode = virtual ?? { ...facts, dependents: new Set(), virtual: false, deleting };
    Object.assign(node, facts, { virtual: false, deleting });
    this.nodes.set(node.uid, node);
    this.absent.delete(node.uid);
    const look = facts.owners.flatMap((reference) => this.link(node, reference));
    look.push(...this.misled(node));
    if (deleting) look.push(node.uid);
    return look;
  }

  /** The dependents that spoke of an owner before it was observed, and do not name it as it turned out to be. */
  private misled(owner: GraphNode): string[] {
    return [...owner.dependents]
      .filter((dependent) => dependent.owners.some((reference) => this.misnames(dependent, reference, owner)))
      .map((dependent) => dependent.uid);
  }

  private misnames(dependent: GraphNode, reference: metav1.OwnerReference, owner: GraphNode): boolean {
    if (reference.uid !== owner.uid || namesOwner(reference, dependent, owner)) return false;
    if (livesElsewhere(owner, dependent)) this.foreignOwner(dependent, reference);
    return true;
  }

  private link(node: GraphNode, reference: metav1.OwnerReference): string[] {
    const uid = reference.uid ?? '';
    const owner = this.nodes.get(uid);
    if (owner) {
      owner.dependents.add(node);
      // Its owner is gone or going, or another than it says: the dependent has to be judged.
      return owner.virtual || owner.deleting || this.misnames(node, reference, owner) ? [node.uid] : [];
    }
    this.nodes.set(uid, {
      uid,
      kind: undefined,
      namespace: undefined,
      name: reference.name ?? '',
      owners: [],
      dependents: new Set([node]),
      virtual: true,
      deleting: false,
      finalizers: [],
    });
    return [node.uid];
  }

  private changeOwners(node: GraphNode, owners: readonly metav1.OwnerReference[]): string[] {
    const before = node.owners;
    if (semanticEqual(before, owners)) return [];
    node.owners = owners;
    const look: string[] = [];
    for (const reference of before) {
      const owner = this.nodes.get(reference.uid ?? '');
      if (!owner) continue;
      if (!owners.some(({ uid }) => uid === reference.uid)) {
        owner.dependents.delete(node);
        this.dropUnneeded(owner);
      }
      // It may have been this dependent that blocked the owner's end.
      if (owner.deleting) look.push(owner.uid);
    }
    const added = owners.filter((owner) => !before.some((reference) => semanticEqual(owner, reference)));
    look.push(...added.flatMap((reference) => this.link(node, reference)));
    return look;
  }

  private dropUnneeded(node: GraphNode): void {
    if (node.virtual && node.dependents.size === 0) this.nodes.delete(node.uid);
  }

  private remember(uid: string): void {
    this.absent.add(uid);
    const [oldest] = this.absent;
    if (this.absent.size > absentLimit && oldest !== undefined) this.absent.delete(oldest);
  }
}
