import type { corev1, discoveryv1, networkingv1 } from '@skiff/contracts';
import { warningsForAddress, warningsForRange } from './addresses';

const hints = 'service.kubernetes.io/topology-aware-hints';
const mode = 'service.kubernetes.io/topology-mode';

function warningsForHeadless({ loadBalancerIP, externalIPs, sessionAffinity }: corev1.ServiceSpec): string[] {
  const ignored = [
    ...(loadBalancerIP ? ['loadBalancerIP'] : []),
    ...(externalIPs?.length ? ['externalIPs'] : []),
    ...(sessionAffinity !== 'None' ? ['SessionAffinity'] : []),
  ];
  return ignored.map((field) => `spec.${field} is ignored for headless services`);
}

/** Upstream: pkg/api/service/warnings.go. */
export function warningsForService({ metadata, spec = {} }: corev1.Service): string[] {
  const { type, clusterIP, clusterIPs, externalIPs, externalName, loadBalancerIP, loadBalancerSourceRanges } = spec;
  const at = (list: string) => (text: string, index: number) => warningsForAddress(`spec.${list}[${index}]`, text);
  const isExternalName = type === 'ExternalName';
  const deprecated = metadata?.annotations?.[hints] !== undefined;
  return [
    ...(deprecated ? [`annotation ${hints} is deprecated, please use ${mode} instead`] : []),
    ...(clusterIP && clusterIP !== 'None' ? (clusterIPs ?? []).flatMap(at('clusterIPs')) : []),
    ...(type === 'ClusterIP' && clusterIP === 'None' ? warningsForHeadless(spec) : []),
    ...(externalIPs ?? []).flatMap(at('externalIPs')),
    ...(loadBalancerIP ? warningsForAddress('spec.loadBalancerIP', loadBalancerIP) : []),
    ...(loadBalancerSourceRanges ?? []).flatMap((range, index) =>
      warningsForRange(`spec.loadBalancerSourceRanges[${index}]`, range),
    ),
    ...(isExternalName && externalIPs?.length ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : []),
    ...(!isExternalName && externalName ? ['spec.externalName is ignored when spec.type is not "ExternalName"'] : []),
    ...(spec.trafficDistribution === 'PreferClose'
      ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']
      : []),
  ];
}

export function warningsForEndpoints({ subsets }: corev1.Endpoints): string[] {
  return (subsets ?? []).flatMap((subset, index) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip = '' }, position) =>
        warningsForAddress(`subsets[${index}].${list}[${position}].ip`, ip),
      ),
    ),
  );
}

export function warningsForEndpointSlice({ addressType, endpoints }: discoveryv1.EndpointSlice): string[] {
  if (addressType === 'FQDN') return ['spec.addressType: FQDN endpoints are deprecated'];
  return (endpoints ?? []).flatMap(({ addresses }, index) =>
    (addresses ?? []).flatMap((address, position) =>
      warningsForAddress(`endpoints[${index}].addresses[${position}]`, address),
    ),
  );
}

const ingressClass = 'kubernetes.io/ingress.class';

export function warningsForIngress({ metadata, spec }: networkingv1.Ingress, old?: networkingv1.Ingress): string[] {
  if (old) return [];
  const isSet = metadata?.annotations?.[ingressClass] !== undefined;
  return isSet && spec?.ingressClassName === undefined
    ? [`annotation "${ingressClass}" is deprecated, please use 'spec.ingressClassName' instead`]
    : [];
}

function warningsForPeers(peers: readonly networkingv1.NetworkPolicyPeer[] | null | undefined, path: string): string[] {
  return (peers ?? []).flatMap(({ ipBlock }, index) => {
    if (!ipBlock) return [];
    const at = `${path}[${index}].ipBlock`;
    return [
      ...warningsForRange(`${at}.cidr`, ipBlock.cidr ?? ''),
      ...(ipBlock.except ?? []).flatMap((range, position) => warningsForRange(`${at}.except[${position}]`, range)),
    ];
  });
}

export function warningsForNetworkPolicy({ spec }: networkingv1.NetworkPolicy): string[] {
  return [
    ...(spec?.ingress ?? []).flatMap(({ from }, index) => warningsForPeers(from, `spec.ingress[${index}].from`)),
    ...(spec?.egress ?? []).flatMap(({ to }, index) => warningsForPeers(to, `spec.egress[${index}].to`)),
  ];
}
