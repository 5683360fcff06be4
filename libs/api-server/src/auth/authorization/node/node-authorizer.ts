import { nodeOf } from '../../user';
import { selectedValue, type Attributes, type Authorizer, type Decision, type ResourceAttributes } from '../attributes';
import { ruleAllows } from '../rbac/rules';
import { nodeRules } from '../../policy/node-rules';
import type { NodeGraph } from './node-graph';
import type { Reference } from '@skiff/resources';

const allowed: Decision = { allowed: true, reason: '' };
const denied = (reason = ''): Decision => ({ allowed: false, reason });

/**
 * Lets a kubelet do what the pods bound to its node need and no more.
 * It differs from upstream's in one point: a kubelet reads all nodes, since it sets the routes to their pods.
 *
 * Upstream: plugin/pkg/auth/authorizer/node/node_authorizer.go
 */
export class NodeAuthorizer implements Authorizer {
  constructor(private readonly graph: NodeGraph) {}

  authorize(attributes: Attributes): Decision {
    const node = nodeOf(attributes.user);
    if (node === undefined) return denied();
    if (node === '') return denied(`unknown node for user ${JSON.stringify(attributes.user.name)}`);
    const special = attributes.resourceRequest ? this.special(node, attributes) : undefined;
    return special ?? (nodeRules.some((rule) => ruleAllows(rule, attributes)) ? allowed : denied());
  }

  /** The decision about resources of which a node may see only its own; undefined for all others. */
  private special(node: string, attributes: ResourceAttributes): Decision | undefined {
    const { apiGroup, resource, name } = attributes;
    switch (apiGroup ? `${resource}.${apiGroup}` : resource) {
      case 'secrets':
      case 'configmaps':
        return this.readReferenced(node, resource as Reference, attributes);
      case 'persistentvolumeclaims':
        return this.claim(node, attributes);
      case 'persistentvolumes':
        return get(node, attributes, () => this.graph.usesVolume(node, name));
      case 'resourceclaims.resource.k8s.io':
        return get(node, attributes, this.refersTo(node, 'resourceclaims', attributes));
      case 'resourceslices.resource.k8s.io':
        return this.slice(node, attributes);
      case 'volumeattachments.storage.k8s.io':
        return get(node, attributes, () => this.graph.hasAttachment(node, name));
      case 'serviceaccounts':
        return this.account(node, attributes);
      case 'leases.coordination.k8s.io':
        return ownLease(node, attributes);
      case 'csinodes.storage.k8s.io':
        return attributes.subresource
          ? denied('cannot authorize CSINode subresources')
          : ownNamed(node, attributes, 'CSINode');
      case 'nodes':
        return isNodeUse(attributes) ? allowed : denied();
      case 'pods':
        return this.pod(node, attributes);
      default:
        return undefined;
    }
  }

  private refersTo(node: string, resource: Reference, { namespace, name }: ResourceAttributes): () => boolean {
    return () => this.graph.refersTo(node, resource, namespace, name);
  }

  private readReferenced(node: string, resource: Reference, attributes: ResourceAttributes): Decision {
    const { verb, subresource, namespace } = attributes;
    if (!['get', 'list', 'watch'].includes(verb)) return denied('can only read resources of this type');
    if (subresource) return denied('cannot read subresource');
    if (!namespace) return denied('can only read namespaced object of this type');
    return related(node, attributes, this.refersTo(node, resource, attributes));
  }

  private claim(node: string, attributes: ResourceAttributes): Decision {
    const refers = this.refersTo(node, 'persistentvolumeclaims', attributes);
    if (attributes.subresource !== 'status') return get(node, attributes, refers);
    if (!['update', 'patch'].includes(attributes.verb)) return denied('can only get/update/patch this type');
    return related(node, attributes, refers);
  }

  private account(node: string, attributes: ResourceAttributes): Decision {
    const { verb, subresource, name } = attributes;
    const refers = this.refersTo(node, 'serviceaccounts', attributes);
    if (verb === 'get' && subresource === '') return get(node, attributes, refers);
    if (verb !== 'create' || !name) return denied('can only create tokens for individual service accounts');
    if (subresource !== 'token') return denied('can only create token subresource of serviceaccount');
    return related(node, attributes, refers);
  }

  private slice(node: string, attributes: ResourceAttributes): Decision {
    const { verb, subresource, name } = attributes;
    if (subresource) return denied('cannot authorize ResourceSlice subresources');
    switch (verb) {
      case 'create':
        // Whose it is only the object says; NodeRestriction checks it.
        return allowed;
      case 'get':
      case 'update':
      case 'patch':
      case 'delete':
        return related(node, attributes, () => this.graph.hasSlice(node, name));
      case 'watch':
      case 'list':
      case 'deletecollection':
        return selectedValue(attributes, 'spec.nodeName') === node
          ? allowed
          : denied('can only list/watch/deletecollection resourceslices with nodeName field selector');
      default:
        return denied(
          'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
        );
    }
  }

  private pod(node: string, attributes: ResourceAttributes): Decision {
    const { verb, subresource, namespace, name } = attributes;
    // Whose pods they are NodeRestriction checks.
    if (podWrites.has(`${verb} ${subresource}`)) return allowed;
    if (subresource) return denied();
    const runs = (): boolean => this.graph.runsPod(node, namespace, name);
    if (verb === 'get') return related(node, attributes, runs);
    if (verb !== 'list' && verb !== 'watch') return denied();
    if (selectedValue(attributes, 'spec.nodeName') === node) return allowed;
    return name
      ? related(node, attributes, runs)
      : denied('can only list/watch pods with spec.nodeName field selector');
  }
}

/** Verb and subresource of what a kubelet writes about pods: mirrors of static pods, status, evictions. */
const podWrites: ReadonlySet<string> = new Set([
  'create ',
  'delete ',
  'update status',
  'patch status',
  'create eviction',
]);

/** NodeRestriction limits writes to a node's own Node. */
function isNodeUse({ verb, subresource }: ResourceAttributes): boolean {
  if (subresource === '') return ['create', 'update', 'patch', 'get', 'list', 'watch'].includes(verb);
  return subresource === 'status' && ['update', 'patch'].includes(verb);
}

function get(node: string, attributes: ResourceAttributes, test: () => boolean): Decision {
  if (attributes.verb !== 'get') return denied('can only get individual resources of this type');
  if (attributes.subresource) return denied('cannot get subresource');
  return related(node, attributes, test);
}

function related(node: string, { name }: ResourceAttributes, test: () => boolean): Decision {
  if (!name) return denied('No Object name found');
  return test() ? allowed : denied(`no relationship found between node '${node}' and this object`);
}

function ownLease(node: string, attributes: ResourceAttributes): Decision {
  if (attributes.namespace !== 'kube-node-lease' && ownVerbs.includes(attributes.verb))
    return denied('can only access leases in the "kube-node-lease" system namespace');
  return ownNamed(node, attributes, 'node lease');
}

const ownVerbs: readonly string[] = ['get', 'create', 'update', 'patch', 'delete'];

function ownNamed(node: string, { verb, name }: ResourceAttributes, what: string): Decision {
  if (!ownVerbs.includes(verb)) return denied(`can only get, create, update, patch, or delete a ${what}`);
  // The name of a new object is not known yet; NodeRestriction checks it.
  if (verb !== 'create' && name !== node)
    return denied(`can only access ${what} with the same name as the requesting node`);
  return allowed;
}
