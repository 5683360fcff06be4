import type { Attributes } from '@opentelemetry/api';

/** Span names, so that one trace reads alike in every service. */
export const SpanName = {
  apiRequest: 'api request',
  admission: (phase: string): string => `admission ${phase}`,
  admissionPlugin: 'admission plugin',
  admissionWebhook: (type: string): string => `admission webhook ${type}`,
  storageTxn: (operation: string): string => `storage txn ${operation}`,
  schedulePod: 'schedule pod',
  schedulerPlugin: 'scheduler plugin',
  bindPods: 'bind pods',
  reconcile: (controller: string): string => `reconcile ${controller}`,
  kubeletSyncPod: 'kubelet sync pod',
  startContainer: 'start container',
  cri: (call: string): string => `cri ${call}`,
  imagePull: 'image pull',
  volumeMount: 'volume mount',
  probe: (kind: string): string => `probe ${kind}`,
  proxySync: 'proxy sync',
  proxyEndpoint: 'endpoint programmed',
  dnsSync: 'dns sync',
} as const;

/** Attribute keys. `k8s.object.*` names the API object that a span is about; the trace service follows it. */
export const Attribute = {
  objectKind: 'k8s.object.kind',
  objectNamespace: 'k8s.object.namespace',
  objectName: 'k8s.object.name',
  objectUid: 'k8s.object.uid',
  /** UID of the controller owner, on spans of requests that write an owned object. */
  objectOwnerUid: 'k8s.object.owner.uid',
  verb: 'k8s.request.verb',
  subresource: 'k8s.request.subresource',
  user: 'k8s.request.user',
  userAgent: 'user_agent.original',
  statusCode: 'http.response.status_code',
  reason: 'skiff.reconcile.reason',
  node: 'k8s.node.name',
  plugin: 'skiff.plugin',
  attempt: 'skiff.attempt',
  pods: 'skiff.pods',
  /** How a sync changed the kernel's table. */
  result: 'skiff.result',
  /** Where connections end, as "10.244.0.3:8080/tcp". */
  endpoint: 'skiff.endpoint',
  /** The pod behind an endpoint, as "default/web-0". */
  endpointPod: 'skiff.endpoint.pod',
  /** The key in the store. */
  storageKey: 'skiff.storage.key',
  container: 'k8s.container.name',
  image: 'container.image.name',
} as const;

/** An annotation on an object whose trace context is honoured as its writer's. */
export const traceparentAnnotation = 'tracing.k8s.io/traceparent';

interface Owner {
  readonly controller?: boolean | undefined;
  readonly uid?: string | undefined;
}

interface Named {
  readonly kind?: string | undefined;
  readonly metadata?:
    | {
        readonly namespace?: string | undefined;
        readonly name?: string | undefined;
        readonly uid?: string | undefined;
        readonly ownerReferences?: readonly Owner[] | null | undefined;
      }
    | undefined;
}

/** The attributes that say which object a span is about. `kind` overrides the object's own. */
export function objectAttributes(object: Named, kind: string | undefined = object.kind): Attributes {
  const metadata = object.metadata;
  const owner = metadata?.ownerReferences?.find((reference) => reference.controller === true)?.uid;
  return {
    ...(kind === undefined ? {} : { [Attribute.objectKind]: kind }),
    ...(metadata?.namespace ? { [Attribute.objectNamespace]: metadata.namespace } : {}),
    ...(metadata?.name ? { [Attribute.objectName]: metadata.name } : {}),
    ...(metadata?.uid ? { [Attribute.objectUid]: metadata.uid } : {}),
    ...(owner === undefined ? {} : { [Attribute.objectOwnerUid]: owner }),
  };
}
