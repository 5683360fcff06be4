import type { rbacv1 } from '@skiff/contracts';
import { serviceAccountUserName, type UserInfo } from '../../user';

type Binding = rbacv1.RoleBinding | rbacv1.ClusterRoleBinding;

/** A binding that names a user, with the subject that does. */
export interface Grant {
  readonly binding: Binding;
  readonly subject: rbacv1.Subject;
}

/** Bindings by whom they bind, so that a decision looks only at the user's own. */
class BindingsBySubject {
  private readonly bySubject = new Map<string, Map<string, Grant>>();
  private readonly byName = new Map<string, Binding>();

  get size(): number {
    return this.byName.size;
  }

  set(name: string, binding: Binding): void {
    this.delete(name);
    this.byName.set(name, binding);
    for (const subject of binding.subjects ?? []) {
      const key = subjectKey(subject, binding.metadata?.namespace);
      const grants = this.bySubject.get(key) ?? new Map<string, Grant>();
      this.bySubject.set(key, grants);
      if (!grants.has(name)) grants.set(name, { binding, subject });
    }
  }

  delete(name: string): void {
    const old = this.byName.get(name);
    if (!old) return;
    this.byName.delete(name);
    for (const subject of old.subjects ?? []) {
      const key = subjectKey(subject, old.metadata?.namespace);
      const grants = this.bySubject.get(key);
      grants?.delete(name);
      if (grants?.size === 0) this.bySubject.delete(key);
    }
  }

  *of(user: UserInfo): Iterable<Grant> {
    yield* this.bySubject.get(`User:${user.name}`)?.values() ?? [];
    for (const group of user.groups) yield* this.bySubject.get(`Group:${group}`)?.values() ?? [];
  }
}

/** Subjects by the name under which a user shows up; a service account is a user. */
function subjectKey(subject: rbacv1.Subject, bindingNamespace: string | undefined): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind}:${subject.name}`;
  const namespace = subject.namespace || (bindingNamespace ?? '');
  return `User:${serviceAccountUserName(namespace, subject.name ?? '')}`;
}

/** Every object that RBAC decides by, kept current by whoever watches them. */
export class RbacIndex {
  private readonly clusterRolesByName = new Map<string, rbacv1.ClusterRole>();
  private readonly roles = new Map<string, rbacv1.Role>();
  private readonly clusterBindings = new BindingsBySubject();
  private readonly bindings = new Map<string, BindingsBySubject>();
  private changes = 0;

  /** Another one after every change, so that what was derived from the index can be kept until then. */
  get generation(): number {
    return this.changes;
  }

  setClusterRole(role: rbacv1.ClusterRole): void {
    this.changes += 1;
    this.clusterRolesByName.set(role.metadata?.name ?? '', role);
  }

  deleteClusterRole(name: string): void {
    this.changes += 1;
    this.clusterRolesByName.delete(name);
  }

  setRole(role: rbacv1.Role): void {
    this.changes += 1;
    this.roles.set(`${role.metadata?.namespace}/${role.metadata?.name}`, role);
  }

  deleteRole(namespace: string, name: string): void {
    this.changes += 1;
    this.roles.delete(`${namespace}/${name}`);
  }

  setClusterRoleBinding(binding: rbacv1.ClusterRoleBinding): void {
    this.changes += 1;
    this.clusterBindings.set(binding.metadata?.name ?? '', binding);
  }

  deleteClusterRoleBinding(name: string): void {
    this.changes += 1;
    this.clusterBindings.delete(name);
  }

  setRoleBinding(binding: rbacv1.RoleBinding): void {
    this.changes += 1;
    const namespace = binding.metadata?.namespace ?? '';
    const bindings = this.bindings.get(namespace) ?? new BindingsBySubject();
    this.bindings.set(namespace, bindings);
    bindings.set(binding.metadata?.name ?? '', binding);
  }

  deleteRoleBinding(namespace: string, name: string): void {
    this.changes += 1;
    const bindings = this.bindings.get(namespace);
    bindings?.delete(name);
    if (bindings?.size === 0) this.bindings.delete(namespace);
  }

  clusterRole(name: string): rbacv1.ClusterRole | undefined {
    return this.clusterRolesByName.get(name);
  }

  clusterRoles(): Iterable<rbacv1.ClusterRole> {
    return this.clusterRolesByName.values();
  }

  /** The rules that a binding in `namespace` (empty: a ClusterRoleBinding) refers to; undefined when the role is gone. */
  rules(roleRef: rbacv1.RoleRef | undefined, namespace: string): readonly rbacv1.PolicyRule[] | undefined {
    const name = roleRef?.name ?? '';
    const role =
      roleRef?.kind === 'ClusterRole' ? this.clusterRolesByName.get(name) : this.roles.get(`${namespace}/${name}`);
    return role && (role.rules ?? []);
  }

  clusterGrants(user: UserInfo): Iterable<Grant> {
    return this.clusterBindings.of(user);
  }

  grants(user: UserInfo, namespace: string): Iterable<Grant> {
    return this.bindings.get(namespace)?.of(user) ?? [];
  }
}
