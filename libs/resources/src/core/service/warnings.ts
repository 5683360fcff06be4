import type { corev1 } from '@skiff/contracts';
import { warningsForAddress, warningsForRange } from '../../networking/address-warnings';

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
