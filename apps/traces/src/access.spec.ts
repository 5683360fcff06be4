import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, Metadata, status as codes, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { createApiServer } from '@skiff/api-server';
import { GrpcClient } from '@skiff/client';
import {
  grpchealthv1,
  Kinds,
  otlpcollectorv1,
  skifftracesv1,
  type authenticationv1,
  type Kind,
} from '@skiff/contracts';
import { ensurePki, type CertificateRequest } from '@skiff/pki';
import {
  channelCredentials,
  exportOptions,
  objectAttributes,
  silentLogger,
  startTelemetry,
  systemClock,
  tracesChannelOptions,
  withSpan,
  type Logger,
} from '@skiff/platform';
import { EmbeddedStore } from '@skiff/storage-embedded';
import { Registry } from 'prom-client';
import { compose } from './compose';
import { readConfig } from './config';

const pod = { kind: 'Pod', namespace: 'default', name: 'web' };

/** The `token` subresource of service accounts. */
const tokens: Kind<authenticationv1.TokenRequest> = {
  ...{ ...Kinds.TokenRequest, group: '', version: 'v1', plural: 'serviceaccounts', namespaced: true },
};

describe('The port of the traces service', () => {
  const stop = new AbortController();
  let directory: string;
  let store: EmbeddedStore;
  let server: Awaited<ReturnType<typeof createApiServer>>;
  let admin: GrpcClient;
  let running: Promise<void>;
  let target: string;

  const path = (name: string): string => join(directory, name);
  const pem = (name: string): string => readFileSync(path(name), 'utf8');
  const files = (name: string) => ({
    ...{ caFile: path('ca.crt'), certFile: path(`${name}.crt`), keyFile: path(`${name}.key`) },
  });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'traces-access-'));
    const others = new Map<string, CertificateRequest>([
      ['jane', { commonName: 'jane', usages: ['client'] }],
      ['traces-serving', { commonName: 'traces', hosts: ['traces'], usages: ['server'] }],
    ]);
    const nodes = [{ name: 'one', addresses: [] }];
    await ensurePki(directory, { clusterName: 'c', nodes, addresses: [], others }, systemClock.now());
    await ensurePki(path('other'), { clusterName: 'o', nodes, addresses: [] }, systemClock.now());
    store = await EmbeddedStore.open({ directory: path('store') });
    server = await createApiServer(
      {
        store,
        tls: { cert: pem('api-server.crt'), key: pem('api-server.key'), clientCa: pem('ca.crt') },
        serviceAccounts: { privateKey: pem('service-account.key'), issuer: 'https://kubernetes.default.svc' },
        serviceRange: '10.96.0.0/16',
        nodePortRange: '30000-32767',
        advertise: { address: '127.0.0.1', port: 6443 },
        clock: systemClock,
        random: () => 0.5,
        logger: silentLogger,
        tracer: trace.getTracer('test'),
        metrics: new Registry(),
      },
      stop.signal,
    );
    const apiServer = `127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
    admin = new GrpcClient({
      target: apiServer,
      credentials: channelCredentials(files('admin'), apiServer),
      userAgent: 'test',
    });
    const { caFile, certFile, keyFile } = files('traces');
    const flags = [
      ...['--listen', '127.0.0.1:0', '--api-server', apiServer],
      ...['--ca-file', caFile, '--cert-file', certFile, '--key-file', keyFile],
      ...['--serving-cert-file', path('traces-serving.crt'), '--serving-key-file', path('traces-serving.key')],
    ];
    target = await new Promise<string>((resolve) => {
      const listening = (port: number): void => resolve(`127.0.0.1:${port}`);
      running = compose(readConfig(flags, {}), systemClock, silentLogger, listening).run(stop.signal);
    });
  }, 30_000);

  afterAll(async () => {
    admin.close();
    stop.abort(new Error('the test is over'));
    await running;
    await server.close();
    await store.close();
    await rm(directory, { recursive: true });
  });

  const anonymous = (): ChannelCredentials => credentials.createSsl(Buffer.from(pem('ca.crt')));

  /** How writing no spans, and asking for some, end for whoever shows this. */
  async function outcomes(show: ChannelCredentials, token?: string): Promise<{ write: string; read: string }> {
    const metadata = new Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    const writer = new otlpcollectorv1.TraceServiceClient(target, show, tracesChannelOptions(target));
    const reader = new skifftracesv1.TraceQueryServiceClient(target, show, tracesChannelOptions(target));
    const ended = (call: (done: (error: ServiceError | null) => void) => unknown): Promise<string> =>
      new Promise((resolve) => call((error) => resolve(codes[error ? error.code : codes.OK] ?? '')));
    try {
      const write = await ended((done) => writer.export({}, metadata, done));
      return { write, read: await ended((done) => reader.explain(pod, metadata, done)) };
    } finally {
      writer.close();
      reader.close();
    }
  }
  const refused = { write: 'PERMISSION_DENIED', read: 'PERMISSION_DENIED' };
  const unknown = { write: 'UNAUTHENTICATED', read: 'UNAUTHENTICATED' };

  it.each(['api-server-kubelet-client', 'scheduler', 'controller-manager', 'kubelet-one', 'proxy', 'dns', 'traces'])(
    'takes spans from %s, and tells it none',
    async (name) => {
      expect(await outcomes(channelCredentials(files(name)))).toEqual({ ...refused, write: 'OK' });
    },
  );

  it('is open to the administrator, and closed to other users of the cluster', async () => {
    expect(await outcomes(channelCredentials(files('admin')))).toEqual({ write: 'OK', read: 'OK' });
    expect(await outcomes(channelCredentials(files('jane')))).toEqual(refused);
  });

  it('is closed to who shows nothing, a certificate of servers, of another cluster, or a token of nobody', async () => {
    expect(await outcomes(anonymous())).toEqual(unknown);
    expect(await outcomes(anonymous(), 'made-up')).toEqual(unknown);
    expect(await outcomes(channelCredentials(files('kubelet-one-serving')))).toEqual(unknown);
    const other = { ...files('other/admin'), caFile: path('ca.crt') };
    expect(await outcomes(channelCredentials(other))).toEqual(unknown);
  });

  it('answers nobody in plain text', async () => {
    expect(await outcomes(credentials.createInsecure())).toEqual({ write: 'UNAVAILABLE', read: 'UNAVAILABLE' });
  });

  it('is closed to the token of a pod, until somebody may read by it', async () => {
    expect(await outcomes(anonymous(), await tokenOf('pod'))).toEqual(refused);
    await admin.create(Kinds.ClusterRoleBinding, {
      metadata: { name: 'reads-traces' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:skiff:trace-reader' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'dashboard' }],
    });
    expect(await outcomes(anonymous(), await tokenOf('dashboard'))).toEqual({ ...refused, read: 'OK' });
  });

  it('tells everybody of its health', async () => {
    const health = new grpchealthv1.HealthClient(target, anonymous(), tracesChannelOptions(target));
    const code = await new Promise((resolve) => health.check({}, (error) => resolve(error ? error.code : codes.OK)));
    health.close();
    expect(code).toBe(codes.OK);
  });

  it('takes what a service sends as who it is, and the service is told when it is refused', async () => {
    const send = async (name: string, about: string): Promise<string[]> => {
      const warnings: string[] = [];
      const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
      const settings = {
        otlpCertFile: '',
        otlpKeyFile: '',
        otlpCaFile: path('ca.crt'),
        traceSampling: 1,
        traceRate: 0,
      };
      const options = exportOptions({ ...settings, otlpEndpoint: `https://${target}` }, files(name));
      const { tracer, shutdown } = startTelemetry({ service: name, ...options, logger });
      const attributes = objectAttributes({ kind: 'Pod', metadata: { namespace: 'default', name: about } });
      await withSpan(tracer, 'schedule pod', { attributes, parent: ROOT_CONTEXT }, () => undefined);
      await shutdown();
      return warnings;
    };
    expect(await send('scheduler', 'written')).toEqual([]);
    expect(await send('jane', 'forged')).toEqual(['the collector of traces refuses spans']);
    expect(await known('written')).toBe(1);
    expect(await known('forged')).toBe(0);
  });

  /** How many spans the administrator finds about a pod. */
  function known(name: string): Promise<number | undefined> {
    const reader = new skifftracesv1.TraceQueryServiceClient(
      target,
      channelCredentials(files('admin')),
      tracesChannelOptions(target),
    );
    return new Promise((resolve, reject) =>
      reader.explain({ ...pod, name }, (error, response) => {
        reader.close();
        if (error) reject(error);
        else resolve(response.roots?.length ?? 0);
      }),
    );
  }

  async function tokenOf(name: string): Promise<string> {
    const metadata = { namespace: 'default', name };
    await admin.create(Kinds.ServiceAccount, { metadata });
    const request = { metadata, spec: { audiences: [], expirationSeconds: 600 } };
    const { status } = await admin.create<authenticationv1.TokenRequest>(tokens, request, { subresource: 'token' });
    return status?.token ?? '';
  }
});
