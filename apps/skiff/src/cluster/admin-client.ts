import { join } from 'node:path';
import type { Client } from '@skiff/client';
import { GrpcClient } from '@skiff/client-grpc';
import { channelCredentials } from '@skiff/platform';
import type { ClusterPaths } from './paths';
import type { ClusterState } from './state';

/** The API server as the cluster's administrator. */
export function adminClient(paths: ClusterPaths, cluster: ClusterState): { client: Client; close(): void } {
  const file = (name: string): string => join(paths.pki, name);
  const client = new GrpcClient({
    target: `127.0.0.1:${cluster.apiPort}`,
    credentials: channelCredentials({
      caFile: file('ca.crt'),
      certFile: file('admin.crt'),
      keyFile: file('admin.key'),
    }),
    userAgent: 'skiff',
    timeoutMilliseconds: 5_000,
  });
  return { client, close: () => client.close() };
}
