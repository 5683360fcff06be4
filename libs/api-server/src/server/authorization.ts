import { Kinds } from '@skiff/contracts';
import { anyOf, type Authorizer } from '../auth/authorization/attributes';
import { NodeAuthorizer } from '../auth/authorization/node/node-authorizer';
import { NodeGraph } from '../auth/authorization/node/node-graph';
import { mastersAuthorizer, RbacAuthorizer } from '../auth/authorization/rbac/rbac-authorizer';
import { RbacIndex } from '../auth/authorization/rbac/rbac-index';
import type { AuthorizationRecord } from '../auth/authorization/record';
import { follow } from '../registry/follow';
import type { Registry } from '../registry/registry';

export interface Authorization {
  /** Decides what is done. */
  readonly authorizer: Authorizer;
  /** Decides alike what is only asked about, and leaves no record of it. */
  readonly reviewer: Authorizer;
  readonly rbac: RbacAuthorizer;
  readonly index: RbacIndex;
  /** Learns all that decides, and from then on every change of it; before that, only system:masters may do anything. */
  follow(registry: Registry): Promise<void>;
}

/** Decides by roles and by what each node runs. `record` is told of each decision. */
export function createAuthorization(record?: AuthorizationRecord): Authorization {
  const index = new RbacIndex();
  const graph = new NodeGraph();
  const rbac = new RbacAuthorizer(index);
  const authorizers = { 'system:masters': mastersAuthorizer, Node: new NodeAuthorizer(graph), RBAC: rbac };
  const reviewer = anyOf(...Object.values(authorizers));
  const granting = (to: AuthorizationRecord): Authorizer[] =>
    Object.entries(authorizers).map(([name, one]) => to.granting(name, one));
  return {
    authorizer: record ? record.refusing(anyOf(...granting(record))) : reviewer,
    reviewer,
    rbac,
    index,
    follow: (registry) => followAll(registry, index, graph),
  };
}

async function followAll(registry: Registry, index: RbacIndex, graph: NodeGraph): Promise<void> {
  await Promise.all([
    follow(
      registry,
      Kinds.ClusterRole,
      (role) => index.setClusterRole(role),
      (role) => index.deleteClusterRole(role.metadata?.name ?? ''),
    ),
    follow(
      registry,
      Kinds.Role,
      (role) => index.setRole(role),
      (role) => index.deleteRole(role.metadata?.namespace ?? '', role.metadata?.name ?? ''),
    ),
    follow(
      registry,
      Kinds.ClusterRoleBinding,
      (binding) => index.setClusterRoleBinding(binding),
      (binding) => index.deleteClusterRoleBinding(binding.metadata?.name ?? ''),
    ),
    follow(
      registry,
      Kinds.RoleBinding,
      (binding) => index.setRoleBinding(binding),
      (binding) => index.deleteRoleBinding(binding.metadata?.namespace ?? '', binding.metadata?.name ?? ''),
    ),
    follow(
      registry,
      Kinds.Pod,
      (pod) => graph.setPod(pod),
      (pod) => graph.deletePod(pod.metadata?.namespace ?? '', pod.metadata?.name ?? ''),
    ),
    follow(
      registry,
      Kinds.PersistentVolume,
      (volume) => graph.setVolume(volume),
      (volume) => graph.deleteVolume(volume.metadata?.name ?? ''),
    ),
    follow(
      registry,
      Kinds.VolumeAttachment,
      (attachment) => graph.setAttachment(attachment),
      (attachment) => graph.deleteAttachment(attachment.metadata?.name ?? ''),
    ),
    follow(
      registry,
      Kinds.ResourceSlice,
      (slice) => graph.setSlice(slice),
      (slice) => graph.deleteSlice(slice.metadata?.name ?? ''),
    ),
  ]);
}
