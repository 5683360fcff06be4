import { nodeOf } from '../../user';
import type { Attributes, Authorizer, Decision, ResourceAttributes } from '../attributes';
import { ruleAllows } from '../rbac/rules';
import { nodeRules } from '../../policy/node-rules';
import type { NodeGraph, Reference } from './node-graph';

const allowed: Decision = { allowed: true, reason: '' };
const denied = (reason: string): Decision => ({ allowed: false, reason });
const reads = ['get', 'list', 'watch'];

/**
 * Lets a kubelet do what the pods bound to its node need and no more: upstream's Node authorizer.
 * It differs in one point: a kubelet reads all nodes, since it sets the routes to their pods.
 */
export class NodeAuthorizer implements Authorizer {
  constructor(private readonly graph: NodeGraph) {}

  authorize(attributes: Attributes): Decision {
    const node = nodeOf(attributes.user);
    if (node === undefined) return denied('');
    if (node === '') return denied(`unknown node for user ${JSON.stringify(attributes.user.name)}`);
    if (attributes.resourceRequest) {
      const special = this.#special(node, attributes);
      if (special) return special;
    }
    return nodeRules.some((rule) => ruleAllows(rule, attributes)) ? allowed : denied('');
  }

  /** The decision about resources of which a node may see only its own; undefined for all others. */
  #special(node: string, attributes: ResourceAttributes): Decision | undefined {
    const { resource } = attributes;
    switch (attributes.apiGroup) {
      case '':
        if (resource === 'secrets' || resource === 'configmaps')
          return this.#readReferenced(node, resource, attributes);
        if (resource === 'persistentvolumeclaims') return this.#claim(node, attributes);
        if (resource === 'persistentvolumes')
          return this.#get(attributes, () => this.graph.usesVolume(node, attributes.name), node);
        if (resource === 'serviceaccounts') return this.#token(node, attributes);
        if (resource === 'pods') return this.#pods(node, attributes);
        return undefined;
      case 'storage.k8s.io':
        if (resource === 'volumeattachments')
          return this.#get(attributes, () => this.graph.hasAttachment(node, attributes.name), node);
        if (resource === 'csinodes') return ownNamed(node, attributes, 'CSINode');
        return undefined;
      case 'coordination.k8s.io':
        return resource === 'leases' ? ownLease(node, attributes) : undefined;
      default:
        return undefined;
    }
  }

  #readReferenced(node: string, resource: Reference, attributes: ResourceAttributes): Decision {
    const { verb, subresource, namespace } = attributes;
    if (!reads.includes(verb) || subresource) return denied('can only read resources of this type');
    const name = attributes.name || selected(attributes, 'metadata.name');
    if (!namespace) return denied('can only read namespaced object of this type');
    return related(node, name !== '' && this.graph.refersTo(node, resource, namespace, name), name);
  }

  #claim(node: string, attributes: ResourceAttributes): Decision {
    const refers = (): boolean =>
      this.graph.refersTo(node, 'persistentvolumeclaims', attributes.namespace, attributes.name);
    if (attributes.subresource !== 'status') return this.#get(attributes, refers, node);
    if (!['update', 'patch'].includes(attributes.verb)) return denied('can only update or patch status of this type');
    return related(node, refers(), attributes.name);
  }

  #get({ verb, subresource, name }: ResourceAttributes, test: () => boolean, node: string): Decision {
    if (verb !== 'get') return denied('can only get individual resources of this type');
    if (subresource) return denied('cannot get subresource');
    return related(node, test(), name);
  }

  #token(node: string, { verb, subresource, namespace, name }: ResourceAttributes): Decision {
    const readsAccount = verb === 'get' && subresource === '';
    const createsToken = verb === 'create' && subresource === 'token';
    if (!readsAccount && !createsToken) return denied('can only create tokens for individual service accounts');
    return related(node, this.graph.refersTo(node, 'serviceaccounts', namespace, name), name);
  }

  #pods(node: string, attributes: ResourceAttributes): Decision | undefined {
    const { verb, subresource, namespace, name } = attributes;
    if (subresource) return undefined;
    if (verb === 'get') return related(node, this.graph.runsPod(node, namespace, name), name);
    if (verb !== 'list' && verb !== 'watch') return undefined;
    return selected(attributes, 'spec.nodeName') === node
      ? allowed
      : denied('can only list/watch pods with spec.nodeName field selector');
  }
}

function related(node: string, found: boolean, name: string): Decision {
  if (!name) return denied('No Object name found');
  return found ? allowed : denied(`no relationship found between node '${node}' and this object`);
}

function ownLease(node: string, attributes: ResourceAttributes): Decision {
  if (attributes.namespace !== 'kube-node-lease')
    return denied('can only access leases in the "kube-node-lease" system namespace');
  return ownNamed(node, attributes, 'node lease');
}

function ownNamed(node: string, { verb, subresource, name }: ResourceAttributes, what: string): Decision {
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb) || subresource)
    return denied(`can only get, create, update, patch, or delete a ${what}`);
  // The name of a new object is not known yet; NodeRestriction checks it.
  if (verb !== 'create' && name !== node)
    return denied(`can only access ${what} with the same name as the requesting node`);
  return allowed;
}

/** The value that a field selector demands for a field; empty when it demands none. */
function selected({ fieldSelector }: ResourceAttributes, field: string): string {
  for (const term of fieldSelector?.split(',') ?? []) {
    const match = /^([^=!]+)==?([^=].*)$/.exec(term);
    if (match?.[1] === field) return match[2] ?? '';
  }
  return '';
}
