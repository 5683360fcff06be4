import { clusterPaths } from '../cluster/paths';
import { planCluster } from '../cluster/plan';
import { clusterProcesses } from '../processes/cluster-processes';
import { flagOf } from '../processes/service-spec';
import { services } from './cluster-config';

/** A cluster in which every flag comes up that `skiff up` gives to services by itself. */
function samples(): ReturnType<typeof clusterProcesses> {
  const paths = clusterPaths('/', 'sample');
  const nothing = { ranges: [], ports: new Set<number>() };
  const request = { name: 'sample', nodes: [{ taints: ['a=b:NoSchedule'] }], root: paths.root };
  return (['embedded', 'etcd'] as const).flatMap((store) => {
    const open = { ...request, nodes: [], store, address: '192.0.2.1' };
    const clusters = [planCluster({ ...request, store }, nothing), planCluster(open, nothing)];
    return clusters.flatMap((cluster) => clusterProcesses({ cluster, paths, apps: '/' }));
  });
}

/** The settings that are `skiff up`'s own to decide, such as "kubelet.nodeIp"; a configuration file may not. */
export function reservedSettings(names: readonly (readonly [keyof typeof services, string])[]): string[] {
  if (names.length === 0) return [];
  const specs = samples();
  return names
    .filter(([service, setting]) =>
      specs.filter(({ name }) => name.startsWith(services[service])).some(({ args }) => args.includes(flagOf(setting))),
    )
    .map(([service, setting]) => `${service}.${setting}`);
}
