import {
  address,
  apiClientSettings,
  componentSettings,
  type ConfigOf,
  configReader,
  file,
  integer,
  servingProblems,
  text,
} from '@skiff/platform';

const settings = {
  ...apiClientSettings('system:kube-dns'),
  bindAddress: address('Where DNS is served, over UDP and TCP', '127.0.0.1'),
  port: integer('The port there', 53, { min: 0, max: 65_535 }),
  clusterDomain: text("The cluster's domain", 'cluster.local', 'name'),
  clusterDns: address('The address under which pods know this server, for ns.dns in its domain'),
  ttl: integer('How many seconds clients may keep an answer', 5, { min: 0, max: 3600 }),
  resolvConf: file('Names the resolvers of other names; without it they fail at once'),
  ...componentSettings,
};

export type Config = ConfigOf<typeof settings>;

export const readConfig = configReader(
  { app: 'dns', description: 'Answers the names of Services and pods, after the Kubernetes DNS specification.' },
  settings,
  servingProblems,
);
