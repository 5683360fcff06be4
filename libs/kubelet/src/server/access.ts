import type { Access, AccessAttributes } from '@skiff/client-runtime';

const service = '/skiff.node.v1.NodeService/';

/** What a call of the kubelet is, in the words of upstream's paths: its verb, and subresources of which one is enough. */
type NodeAccess = readonly [verb: string, ...subresources: string[]];

/** Streams into containers and their logs are reached through `proxy`, as upstream's /exec and /containerLogs are. */
const methods: ReadonlyMap<string, NodeAccess> = new Map<string, NodeAccess>([
  [`${service}Logs`, ['get', 'proxy']],
  [`${service}Exec`, ['create', 'proxy']],
  [`${service}Attach`, ['create', 'proxy']],
  [`${service}PortForward`, ['create', 'proxy']],
  [`${service}Stats`, ['get', 'stats']],
  ['/grpc.health.v1.Health/Check', ['get', 'healthz', 'proxy']],
  ['/grpc.health.v1.Health/Watch', ['get', 'healthz', 'proxy']],
]);

/** Paths that are served over HTTP. */
const paths: ReadonlyMap<string, NodeAccess> = new Map<string, NodeAccess>([
  ['/metrics', ['get', 'metrics']],
  ['/healthz', ['get', 'healthz', 'proxy']],
]);

/**
 * What somebody needs to call a method of the kubelet of a node: a verb of `nodes` and one of these subresources.
 * All that has none of its own is `create` of `proxy`.
 *
 * Upstream: pkg/kubelet/server/auth.go
 */
export function methodAccess(nodeName: string, method: string): Access {
  return attributes(nodeName, methods.get(method) ?? ['create', 'proxy']);
}

/** The same for a request over HTTP. */
export function pathAccess(nodeName: string, path: string): Access {
  return attributes(nodeName, paths.get(path) ?? ['get', 'proxy']);
}

function attributes(name: string, [verb, ...subresources]: NodeAccess): readonly AccessAttributes[] {
  return subresources.map((subresource) => ({ resource: { verb, resource: 'nodes', subresource, name } }));
}
