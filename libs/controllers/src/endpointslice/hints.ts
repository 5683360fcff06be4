import type { corev1, discoveryv1 } from '@skiff/contracts';

/** Annotations by which a Service asks for hints by the sizes of zones, under their present name and the one before. */
const topologyModes = ['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints'];

const hasTopologyMode = ({ metadata }: corev1.Service): boolean =>
  topologyModes.some((name) => /^[Aa]uto$/.test(metadata?.annotations?.[name] ?? ''));

/**
 * For whose traffic an endpoint is meant, by the Service's `trafficDistribution`; only ready endpoints are meant
 * for anybody's in particular. As pkg trafficdist of k8s.io/endpointslice.
 */
export function hintsFor(
  service: corev1.Service,
  { conditions, zone, nodeName }: discoveryv1.Endpoint,
): discoveryv1.EndpointHints | undefined {
  const distribution = service.spec?.trafficDistribution ?? '';
  const bySameNode = distribution === 'PreferSameNode';
  const isClose = bySameNode || distribution === 'PreferSameZone' || distribution === 'PreferClose';
  if (!isClose || hasTopologyMode(service) || conditions?.ready !== true) return undefined;
  const forNode = bySameNode && nodeName !== undefined;
  if (zone === undefined && !forNode) return undefined;
  return {
    ...(zone !== undefined && { forZones: [{ name: zone }] }),
    ...(forNode && { forNodes: [{ name: nodeName }] }),
  };
}
