import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { admissionPlugins } from '@skiff/admission-plugins';
import { createApiServer } from '@skiff/api-server';
import { GrpcClient } from '@skiff/client-grpc';
import { ensurePki, type CertificateRequest } from '@skiff/pki';
import { channelCredentials, silentLogger, systemClock, type TlsFiles } from '@skiff/platform';
import { EmbeddedStore } from '@skiff/storage-embedded';
import { Registry } from 'prom-client';
import { tracesService } from '../service';
import { readConfig } from '../config';

/** A traces service that asks a real API server who calls it. */
export interface GuardedTraces {
  /** "host:port". */
  readonly target: string;
  /** The API server as its administrator. */
  readonly admin: GrpcClient;
  /** The pair of this name, such as `scheduler`, or `other/admin` for that of another cluster. */
  files(name: string): Required<TlsFiles> & { readonly certFile: string; readonly keyFile: string };
  stop(): Promise<void>;
}

/** Starts both on loopback, with the certificates of a cluster and one of a user jane. */
export async function startGuardedTraces(): Promise<GuardedTraces> {
  const directory = await mkdtemp(join(tmpdir(), 'traces-access-'));
  const path = (name: string): string => join(directory, name);
  const files = (name: string) => ({
    ...{ caFile: path('ca.crt'), certFile: path(`${name}.crt`), keyFile: path(`${name}.key`) },
  });
  await makeCertificates(directory);
  const stop = new AbortController();
  const store = await EmbeddedStore.open({ directory: path('store') });
  const server = await startApiServer(directory, store, stop.signal);
  const apiServer = `127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
  const credentials = channelCredentials(files('admin'), apiServer);
  const admin = new GrpcClient({ target: apiServer, credentials, userAgent: 'test' });
  const { caFile, certFile, keyFile } = files('traces');
  const flags = [
    ...['--listen', '127.0.0.1:0', '--api-server', apiServer],
    ...['--ca-file', caFile, '--cert-file', certFile, '--key-file', keyFile],
    ...['--serving-cert-file', path('traces-serving.crt'), '--serving-key-file', path('traces-serving.key')],
  ];
  let running: Promise<void> | undefined;
  const port = await new Promise<number>((resolve, reject) => {
    running = tracesService(
      { clock: systemClock, logger: silentLogger, listening: resolve },
      readConfig(flags, {}),
    ).run(stop.signal);
    running.catch(reject);
  });
  return {
    ...{ target: `127.0.0.1:${port}`, admin, files },
    async stop() {
      admin.close();
      stop.abort(new Error('the test is over'));
      await running;
      await server.close();
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

async function makeCertificates(directory: string): Promise<void> {
  const others = new Map<string, CertificateRequest>([
    ['jane', { commonName: 'jane', usages: ['client'] }],
    ['traces-serving', { commonName: 'traces', hosts: ['traces'], usages: ['server'] }],
  ]);
  const nodes = [{ name: 'one', addresses: [] }];
  const now = systemClock.now();
  await ensurePki(directory, { clusterName: 'c', nodes, addresses: [], others }, now);
  await ensurePki(join(directory, 'other'), { clusterName: 'o', nodes, addresses: [] }, now);
}

function startApiServer(
  directory: string,
  store: EmbeddedStore,
  signal: AbortSignal,
): ReturnType<typeof createApiServer> {
  const pem = (name: string): string => readFileSync(join(directory, name), 'utf8');
  return createApiServer(
    {
      store,
      tls: { cert: pem('api-server.crt'), key: pem('api-server.key'), clientCa: pem('ca.crt') },
      serviceAccounts: { privateKey: pem('service-account.key'), issuer: 'https://kubernetes.default.svc' },
      serviceRange: '10.96.0.0/16',
      nodePortRange: '30000-32767',
      advertise: { address: '127.0.0.1', port: 6443 },
      admissionPlugins: admissionPlugins(),
      clock: systemClock,
      random: () => 0.5,
      logger: silentLogger,
      tracer: trace.getTracer('test'),
      metrics: new Registry(),
    },
    signal,
  );
}
