import { credentials } from '@grpc/grpc-js';
import { admissionPlugins } from '@skiff/admission-plugins';
import { createApiServer } from '@skiff/api-server';
import type { Client } from '@skiff/client';
import { GrpcClient } from '@skiff/client-grpc';
import { createAuthority, generatePrivateKey, renderKubeconfig, type KeyPair } from '@skiff/pki';
import { offTracer, systemClock } from '@skiff/platform';
import { MemoryStore } from '@skiff/storage-memory';
import { Registry } from 'prom-client';
import type { ClusterContext } from './cluster-context';

/** Somebody whom the API server knows. */
export interface ClusterUser {
  readonly name: string;
  readonly groups?: readonly string[];
}

export interface ClusterApiServer {
  /** PEM of the CA that the cluster trusts. */
  readonly certificateAuthority: string;
  /** PEM of the key that signs the tokens of service accounts. */
  readonly serviceAccountKey: string;
  /** A client that acts as this user. */
  clientOf(user: ClusterUser): Promise<Client>;
  /** A kubeconfig of this user. */
  kubeconfigOf(user: ClusterUser): Promise<string>;
  stop(): Promise<void>;
}

const serviceRange = '10.96.0.0/16';
const hosts = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost', '127.0.0.1', '10.96.0.1'];

/** The API server of a cluster that is all in this process, on a store in memory. */
export async function startApiServer(context: ClusterContext): Promise<ClusterApiServer> {
  const { clock, random, logger } = context;
  // TLS takes the time from the system, whatever the cluster's is.
  const now = systemClock.now();
  const authority = await createAuthority('skiff', now);
  const serving = await authority.issue({ commonName: 'kube-apiserver', hosts, usages: ['server'] }, now);
  const serviceAccountKey = await generatePrivateKey();
  const certificateAuthority = authority.pair.certificate;
  const store = new MemoryStore({ clock, logger });
  const running = new AbortController();
  const server = await createApiServer(
    {
      store,
      tls: { cert: serving.certificate, key: serving.key, clientCa: certificateAuthority },
      serviceAccounts: { privateKey: serviceAccountKey, issuer: 'https://kubernetes.default.svc.cluster.local' },
      serviceRange,
      nodePortRange: '30000-32767',
      admissionPlugins: admissionPlugins(),
      advertise: { address: '127.0.0.1', port: 6443 },
      clock,
      random,
      logger: logger.child({ component: 'api-server' }),
      tracer: offTracer,
      metrics: new Registry(),
    },
    running.signal,
  );
  let listening: Promise<number> | undefined;
  const port = (): Promise<number> => (listening ??= server.listen('127.0.0.1', 0));
  const identityOf = ({ name, groups = [] }: ClusterUser): Promise<KeyPair> =>
    authority.issue({ commonName: name, organizations: groups, usages: ['client'] }, now);
  const clients: GrpcClient[] = [];
  return {
    certificateAuthority,
    serviceAccountKey,
    async clientOf(user) {
      const { certificate, key } = await identityOf(user);
      const client = new GrpcClient({
        target: `127.0.0.1:${await port()}`,
        credentials: credentials.createSsl(
          Buffer.from(certificateAuthority),
          Buffer.from(key),
          Buffer.from(certificate),
        ),
        userAgent: user.name,
        logger,
      });
      clients.push(client);
      return client;
    },
    kubeconfigOf: async (user) =>
      renderKubeconfig({
        clusterName: 'skiff',
        server: `https://127.0.0.1:${await port()}`,
        certificateAuthority,
        credentials: await identityOf(user),
      }),
    async stop() {
      for (const client of clients) client.close();
      await server.close();
      running.abort(new Error('stopped'));
      await store.close();
    },
  };
}
