import { join } from 'node:path';
import { rangesOf } from '../network/network';
import { loopback, schedulerAddress, tracesAddress } from './addresses';
import { etcdEndpoint } from './etcd';
import type { ProcessSpec, SpecContext } from './process-spec';
import { apiClient, app, identity, tracing } from './service-spec';

export function apiServer(context: SpecContext): ProcessSpec {
  const { cluster, paths } = context;
  const store =
    cluster.store === 'etcd'
      ? [
          ...['--store', 'etcd', '--etcd-endpoints', etcdEndpoint(cluster)],
          ...['--etcd-ca-file', join(paths.pki, 'etcd-ca.crt')],
          ...['--etcd-cert-file', join(paths.pki, 'etcd-client.crt')],
          ...['--etcd-key-file', join(paths.pki, 'etcd-client.key')],
        ]
      : ['--store', 'embedded', '--data-dir', join(paths.store, 'embedded')];
  return app(context, 'api-server', [
    ...[
      '--bind-address',
      `127.0.0.1,${cluster.gateway}`,
      '--port',
      String(cluster.apiPort),
      '--advertise-address',
      cluster.gateway,
    ],
    ...store,
    ...['--tls-cert-file', join(paths.pki, 'api-server.crt'), '--tls-key-file', join(paths.pki, 'api-server.key')],
    ...[
      '--client-ca-file',
      join(paths.pki, 'ca.crt'),
      '--service-account-key-file',
      join(paths.pki, 'service-account.key'),
    ],
    ...['--kubelet-ca-file', join(paths.pki, 'ca.crt')],
    ...['--kubelet-cert-file', join(paths.pki, 'api-server-kubelet-client.crt')],
    ...['--kubelet-key-file', join(paths.pki, 'api-server-kubelet-client.key')],
    ...['--proxy-client-cert-file', join(paths.pki, 'front-proxy-client.crt')],
    ...['--proxy-client-key-file', join(paths.pki, 'front-proxy-client.key')],
    ...['--requestheader-client-ca-file', join(paths.pki, 'front-proxy-ca.crt')],
    ...['--requestheader-allowed-names', 'front-proxy-client'],
    ...['--service-cluster-ip-range', rangesOf(cluster).services],
    ...tracing(context),
  ]);
}

export function controllerManager(context: SpecContext): ProcessSpec {
  return app(context, 'controller-manager', [
    ...identity(context, 'controller-manager'),
    ...['--cluster-cidr', rangesOf(context.cluster).pods, '--root-ca-file', join(context.paths.pki, 'ca.crt')],
    ...['--service-account-private-key-file', join(context.paths.pki, 'service-account.key')],
    ...['--cluster-signing-cert-file', join(context.paths.pki, 'ca.crt')],
    ...['--cluster-signing-key-file', join(context.paths.pki, 'ca.key')],
    ...['--metrics-address', loopback(context.cluster, 'controllerManagerMetrics')],
    ...['--serving-cert-file', join(context.paths.pki, 'controller-manager-serving.crt')],
    ...['--serving-key-file', join(context.paths.pki, 'controller-manager-serving.key')],
  ]);
}

export function scheduler(context: SpecContext): ProcessSpec {
  return app(context, 'scheduler', [
    ...identity(context, 'scheduler'),
    ...['--metrics-address', loopback(context.cluster, 'schedulerMetrics')],
    ...['--grpc-address', schedulerAddress(context.cluster)],
    ...['--serving-cert-file', join(context.paths.pki, 'scheduler-serving.crt')],
    ...['--serving-key-file', join(context.paths.pki, 'scheduler-serving.key')],
  ]);
}

export function traces(context: SpecContext): ProcessSpec {
  const { cluster, paths } = context;
  return app(context, 'traces', [
    ...apiClient(context, 'traces'),
    ...['--listen', tracesAddress(cluster)],
    ...['--serving-cert-file', join(paths.pki, 'traces-serving.crt')],
    ...['--serving-key-file', join(paths.pki, 'traces-serving.key')],
  ]);
}
