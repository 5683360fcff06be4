import {
  apiClientSettings,
  cidr,
  componentSettings,
  type ConfigOf,
  configReader,
  duration,
  flag,
  hostPort,
  integer,
  list,
  servingProblems,
  text,
} from '@skiff/platform';

const settings = {
  ...apiClientSettings('system:kube-proxy'),
  nodeName: text('The node whose packets it routes', '', 'name'),
  clusterCidr: cidr('The range of all pods; what comes from elsewhere is masqueraded'),
  nodePortAddresses: list('Ranges of node addresses that take node ports; empty is all but loopback', [], cidr),
  table: text('The nftables table of its rules', 'skiff-proxy', 'name'),
  masqueradeBit: integer('The bit of the packet mark that asks for masquerading', 14, { min: 0, max: 31 }),
  minSyncPeriod: duration('Least time between two syncs', 20),
  syncPeriod: duration('How often to see whether the rules are still there', 30_000),
  cleanup: flag('Whether to remove the rules when it stops; else traffic goes on by them', false),
  healthzAddress: hostPort('Where /healthz is served; empty is off'),
  ...componentSettings,
};

export type Config = ConfigOf<typeof settings>;

export const readConfig = configReader(
  { app: 'proxy', description: 'Routes the traffic of Services on a node, by nftables in its network namespace.' },
  settings,
  servingProblems,
);
