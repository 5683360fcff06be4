import type { ApiObject } from '@skiff/client';
import type { Kind, metav1 } from '@skiff/contracts';
import { kindOfReference } from '../shared/kinds';
import { isDeleting } from '../shared/pods';
import { semanticEqual } from '../shared/semantic-equal';

/** The finalizer of an object that is deleted after its dependents. */
export const foregroundFinalizer = 'foregroundDeletion';
/** The finalizer of an object whose dependents shall outlive it. */
export const orphanFinalizer = 'orphan';

/** An object, or one that somebody's owner reference speaks of and no informer has shown (virtual). */
export interface GraphNode {
  readonly uid: string;
  /** Undefined when the kind of a virtual node is not known. */
  kind: Kind<ApiObject> | undefined;
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

/**
 * Who owns whom, by uid. Every method answers with the uids that now need a look.
 * As GraphBuilder of pkg/controller/garbagecollector.
 */
export class OwnershipGraph {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly absent = new Set<string>();

  get(uid: string): GraphNode | undefined {
    return this.nodes.get(uid);
  }

  /** Whether an object with this uid is known to be gone: uids are never used again. */
  isAbsent(uid: string): boolean {
    return this.absent.has(uid);
  }

  /** An informer showed an object. */
  observe(kind: Kind<ApiObject>, object: ApiObject): string[] {
    const { uid, namespace, name, ownerReferences: owners = [], finalizers = [] } = object.metadata ?? {};
    if (uid === undefined || name === undefined) return [];
    const known = this.nodes.get(uid);
    if (!known || known.virtual)
      return this.add(known, { uid, kind, namespace, name, owners, finalizers }, isDeleting(object));
    const look = this.changeOwners(known, owners);
    const began = isDeleting(object) && (!known.deleting || !semanticEqual(known.finalizers, finalizers));
    known.deleting = isDeleting(object);
    known.finalizers = finalizers;
    if (began) look.push(uid);
    return look;
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
      this.nodes.set(uid, { ...node, owners: [], virtual: true, deleting: false, finalizers: [] });
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
    if (deleting) look.push(node.uid);
    return look;
  }

  private link(node: GraphNode, reference: metav1.OwnerReference): string[] {
    const uid = reference.uid ?? '';
    const owner = this.nodes.get(uid);
    if (owner) {
      owner.dependents.add(node);
      // Its owner is gone or going: the dependent has to be judged.
      return owner.virtual || owner.deleting ? [node.uid] : [];
    }
    const kind = kindOfReference(reference);
    this.nodes.set(uid, {
      uid,
      kind,
      namespace: kind?.namespaced === false ? undefined : node.namespace,
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
    const added = owners.filter(({ uid }) => !before.some((reference) => reference.uid === uid));
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
