import { admissionPlugins } from '@skiff/admission-plugins';
import { admissionPolicies } from '@skiff/admission-policies';
import { admissionWebhooks } from '@skiff/admission-webhooks';
import { aggregator } from '@skiff/aggregator';
import { customResourceSource } from '@skiff/apiextensions';
import { createApiServer, type ApiServer, type ApiServerOptions, type HandleInProcess } from '@skiff/api-server';
import type { Client } from '@skiff/client';
import { LocalClient } from '@skiff/client-local';
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

/** An API server inside this process. */
export interface ProcessApiServer {
  /** PEM of the CA that the cluster trusts. */
  readonly certificateAuthority: string;
  /** PEM of the key that signs the tokens of service accounts. */
  readonly serviceAccountKey: string;
  /** Serves resources beside those of Kubernetes, until their lifetime aborts. */
  readonly install: ApiServer['install'];
  /** Takes requests from within the process. */
  readonly handle: HandleInProcess;
  /** Where it listens on loopback, from when this is first asked for. */
  port(): Promise<number>;
  /** A certificate of this user, with its key. */
  identityOf(user: ClusterUser): Promise<KeyPair>;
  /** A client that acts as this user, with no wire between: it may do what the user may. */
  clientOf(user: ClusterUser): Client;
  /** A kubeconfig of this user. */
  kubeconfigOf(user: ClusterUser): Promise<string>;
  stop(): Promise<void>;
}

const issuer = 'https://kubernetes.default.svc.cluster.local';
const serviceRange = '10.96.0.0/16';
const hosts = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost', '127.0.0.1', '10.96.0.1'];

/**
 * An API server with a certificate authority of its own.
 * @param given what it has beside what a server needs, or in its place; by default a store in memory, which ends with it.
 */
export async function startApiServer(
  { clock, random, logger }: Pick<ClusterContext, 'clock' | 'random' | 'logger'>,
  given: Partial<ApiServerOptions> = {},
): Promise<ProcessApiServer> {
  // TLS takes the time from the system, whatever the cluster's is.
  const now = systemClock.now();
  const authority = await createAuthority('skiff', now);
  const serving = await authority.issue({ commonName: 'kube-apiserver', hosts, usages: ['server'] }, now);
  const frontProxy = await createAuthority('skiff-front-proxy', now);
  const proxyClient = await frontProxy.issue({ commonName: 'front-proxy-client', usages: ['client'] }, now);
  const serviceAccounts = given.serviceAccounts ?? { privateKey: await generatePrivateKey(), issuer };
  const certificateAuthority = authority.pair.certificate;
  const store = new MemoryStore({ clock, logger });
  const running = new AbortController();
  const server = await createApiServer(
    {
      store,
      tls: { cert: serving.certificate, key: serving.key, clientCa: certificateAuthority },
      serviceAccounts,
      serviceRange,
      nodePortRange: '30000-32767',
      admissionPlugins: admissionPlugins({}, admissionPolicies, admissionWebhooks),
      resourceSources: [customResourceSource],
      requestHeader: {
        clientCa: frontProxy.pair.certificate,
        allowedNames: ['front-proxy-client'],
        usernameHeaders: ['X-Remote-User'],
        uidHeaders: ['X-Remote-Uid'],
        groupHeaders: ['X-Remote-Group'],
        extraHeaderPrefixes: ['X-Remote-Extra-'],
      },
      aggregation: aggregator({ proxyClient: { cert: proxyClient.certificate, key: proxyClient.key } }),
      advertise: { address: '127.0.0.1', port: 6443 },
      clock,
      random,
      logger: logger.child({ component: 'api-server' }),
      tracer: offTracer,
      metrics: new Registry(),
      flowControl: { maxRequestsInFlight: 100, maxMutatingRequestsInFlight: 50 },
      ...given,
    },
    running.signal,
  );
  let listening: Promise<number> | undefined;
  const port = (): Promise<number> => (listening ??= server.listen('127.0.0.1', 0));
  const identityOf = ({ name, groups = [] }: ClusterUser): Promise<KeyPair> =>
    authority.issue({ commonName: name, organizations: groups, usages: ['client'] }, now);
  return {
    certificateAuthority,
    serviceAccountKey: serviceAccounts.privateKey,
    install: server.install,
    handle: server.handle,
    port,
    identityOf,
    clientOf: (user) => new LocalClient({ server, user, userAgent: user.name }),
    kubeconfigOf: async (user) =>
      renderKubeconfig({
        clusterName: 'skiff',
        server: `https://127.0.0.1:${await port()}`,
        certificateAuthority,
        credentials: await identityOf(user),
      }),
    async stop() {
      await server.close();
      running.abort(new Error('stopped'));
      await store.close();
    },
  };
}
