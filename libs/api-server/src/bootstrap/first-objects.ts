import { Kinds, type corev1, type networkingv1 } from '@skiff/contracts';
import { hasReason, sameValue } from '@skiff/apimachinery';
import { formatTime, type Clock } from '@skiff/platform';
import type { RequestHeaderOptions } from '../auth/authentication/request-header';
import type { Registry } from '../registry/registry';
import { ensure, reconcile, serverWrite, writeStatus } from './ensure';
import { keepFlowControl } from './flow-control';
import { automanagedLabel, localApiServices, localStatus, mergeApiService } from './objects/api-services';

export interface FirstObjectsOptions {
  /** From which Services get their addresses. */
  readonly serviceRange: string;
  /** PEM of the CA that signs the certificates of clients. */
  readonly clientCa: string;
  /** Whom other servers shall believe for whom they ask. */
  readonly requestHeader?: RequestHeaderOptions | undefined;
  readonly clock: Clock;
}

/** What the server itself tells of how it is set up, and of what it serves. */
export async function firstObjects(registry: Registry, options: FirstObjectsOptions): Promise<void> {
  const now = formatTime(options.clock.now());
  await Promise.all([
    serviceRange(registry, options.serviceRange, now),
    ...apiServices(registry, now),
    staleApiServices(registry),
    keepFlowControl(registry, options.clock),
    authenticationMap(registry, options),
    trackingMap(registry, now),
  ]);
}

/** Upstream: pkg/controlplane/controller/defaultservicecidr. */
async function serviceRange(registry: Registry, cidr: string, now: string): Promise<void> {
  const name = 'kubernetes';
  await ensure(registry, Kinds.ServiceCIDR, '', {
    kind: 'ServiceCIDR',
    apiVersion: 'networking.k8s.io/v1',
    metadata: { name, finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
    spec: { cidrs: [cidr] },
  });
  const message = 'Kubernetes default Service CIDR is ready';
  const ready = { type: 'Ready', status: 'True', reason: '', message, lastTransitionTime: now };
  await writeStatus(registry, Kinds.ServiceCIDR, name, (current: networkingv1.ServiceCIDR) =>
    current.status?.conditions?.length ? current : { ...current, status: { conditions: [ready] } },
  );
}

/** Upstream: kube-aggregator/pkg/controllers/autoregister. */
function apiServices(registry: Registry, now: string): Promise<void>[] {
  return localApiServices(registry.definitions, 'onstart').map(async (service) => {
    await reconcile(registry, Kinds.APIService, service, mergeApiService);
    await writeStatus(registry, Kinds.APIService, service.metadata?.name ?? '', (current) =>
      current.status?.conditions?.length ? current : { ...current, status: localStatus(now) },
    );
  });
}

/** Takes back what an older version of the server made for versions that are not served any more. */
async function staleApiServices(registry: Registry): Promise<void> {
  const served = new Set(localApiServices(registry.definitions, 'onstart').map(({ metadata }) => metadata?.name));
  for (const { metadata } of await registry.list(Kinds.APIService)) {
    if (metadata?.labels?.[automanagedLabel] !== 'onstart' || served.has(metadata.name)) continue;
    try {
      await registry.of(Kinds.APIService).delete('', metadata.name ?? '', {}, serverWrite);
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }
}

const systemMap = (name: string, data: Record<string, string>): corev1.ConfigMap => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name, namespace: 'kube-system' },
  data,
});

/** Tells other servers whose certificates to trust. Upstream: pkg/controlplane/controller/clusterauthenticationtrust. */
async function authenticationMap(
  registry: Registry,
  { clientCa, requestHeader }: Pick<FirstObjectsOptions, 'clientCa' | 'requestHeader'>,
): Promise<void> {
  const proxies = requestHeader && {
    'requestheader-client-ca-file': requestHeader.clientCa,
    'requestheader-allowed-names': JSON.stringify(requestHeader.allowedNames),
    'requestheader-username-headers': JSON.stringify(requestHeader.usernameHeaders),
    'requestheader-uid-headers': JSON.stringify(requestHeader.uidHeaders),
    'requestheader-group-headers': JSON.stringify(requestHeader.groupHeaders),
    'requestheader-extra-headers-prefix': JSON.stringify(requestHeader.extraHeaderPrefixes),
  };
  const expected = systemMap('extension-apiserver-authentication', { 'client-ca-file': clientCa, ...proxies });
  await reconcile(registry, Kinds.ConfigMap, expected, (existing) => {
    const data = { ...existing.data, ...expected.data };
    return sameValue(existing.data, data) ? undefined : { ...existing, data };
  });
}

/** Tells since when the use of tokens in Secrets is noted. Upstream: pkg/controlplane/controller/legacytokentracking. */
async function trackingMap(registry: Registry, now: string): Promise<void> {
  const since = now.slice(0, 10);
  const map = systemMap('kube-apiserver-legacy-service-account-token-tracking', { since });
  await ensure(registry, Kinds.ConfigMap, 'kube-system', map);
}
