import { join } from 'node:path';
import type { ClusterState } from '../cluster/state';
import { loopback } from './addresses';
import type { ProcessSpec, SpecContext } from './process-spec';

export const etcdEndpoint = (cluster: ClusterState): string => `https://${loopback(cluster, 'etcdClient')}`;

/** Whoever writes there is above all rights of the cluster: the API server alone has a certificate of its CA. */
export function etcd({ cluster, paths }: SpecContext): ProcessSpec {
  const client = etcdEndpoint(cluster);
  const peer = `https://${loopback(cluster, 'etcdPeer')}`;
  const file = (name: string): string => join(paths.pki, name);
  const identity = (prefix: string): string[] => [
    ...[`--${prefix}cert-file`, file('etcd.crt'), `--${prefix}key-file`, file('etcd.key')],
    ...[`--${prefix}trusted-ca-file`, file('etcd-ca.crt'), `--${prefix}client-cert-auth`],
  ];
  return {
    name: 'etcd',
    program: 'etcd',
    args: [
      ...['--name', cluster.name, '--data-dir', join(paths.store, 'etcd')],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...[
        '--listen-peer-urls',
        peer,
        '--initial-advertise-peer-urls',
        peer,
        '--initial-cluster',
        `${cluster.name}=${peer}`,
      ],
      ...identity(''),
      ...identity('peer-'),
    ],
  };
}
