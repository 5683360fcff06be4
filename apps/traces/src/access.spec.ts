import { readFileSync } from 'node:fs';
import { credentials, Metadata, status as codes, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  grpchealthv1,
  Kinds,
  otlpcollectorv1,
  skifftracesv1,
  type authenticationv1,
  type Kind,
} from '@skiff/contracts';
import {
  channelCredentials,
  exportOptions,
  objectAttributes,
  silentLogger,
  startTelemetry,
  tracesChannelOptions,
  withSpan,
  type Logger,
} from '@skiff/platform';
import { startGuardedTraces, type GuardedTraces } from './testing/guarded-traces';

const pod = { kind: 'Pod', namespace: 'default', name: 'web' };

/** The `token` subresource of service accounts. */
const tokens: Kind<authenticationv1.TokenRequest> = {
  ...{ ...Kinds.TokenRequest, group: '', version: 'v1', plural: 'serviceaccounts', namespaced: true },
};

describe('The port of the traces service', () => {
  let traces: GuardedTraces;
  beforeAll(async () => void (traces = await startGuardedTraces()), 30_000);
  afterAll(() => traces.stop());

  const anonymous = (): ChannelCredentials => credentials.createSsl(readFileSync(traces.files('admin').caFile));

  /** How writing no spans, and asking for some, end for whoever shows this. */
  async function outcomes(show: ChannelCredentials, token?: string): Promise<{ write: string; read: string }> {
    const metadata = new Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    const writer = new otlpcollectorv1.TraceServiceClient(traces.target, show, tracesChannelOptions(traces.target));
    const reader = new skifftracesv1.TraceQueryServiceClient(traces.target, show, tracesChannelOptions(traces.target));
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
      expect(await outcomes(channelCredentials(traces.files(name)))).toEqual({ ...refused, write: 'OK' });
    },
  );

  it('is open to the administrator, and closed to other users of the cluster', async () => {
    expect(await outcomes(channelCredentials(traces.files('admin')))).toEqual({ write: 'OK', read: 'OK' });
    expect(await outcomes(channelCredentials(traces.files('jane')))).toEqual(refused);
  });

  it('is closed to who shows nothing, a certificate of servers, of another cluster, or a token of nobody', async () => {
    expect(await outcomes(anonymous())).toEqual(unknown);
    expect(await outcomes(anonymous(), 'made-up')).toEqual(unknown);
    expect(await outcomes(channelCredentials(traces.files('kubelet-one-serving')))).toEqual(unknown);
    const other = { ...traces.files('other/admin'), caFile: traces.files('admin').caFile };
    expect(await outcomes(channelCredentials(other))).toEqual(unknown);
  });

  it('answers nobody in plain text', async () => {
    expect(await outcomes(credentials.createInsecure())).toEqual({ write: 'UNAVAILABLE', read: 'UNAVAILABLE' });
  });

  it('is closed to the token of a pod, until somebody may read by it', async () => {
    expect(await outcomes(anonymous(), await tokenOf('pod'))).toEqual(refused);
    await traces.admin.create(Kinds.ClusterRoleBinding, {
      metadata: { name: 'reads-traces' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:skiff:trace-reader' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'dashboard' }],
    });
    expect(await outcomes(anonymous(), await tokenOf('dashboard'))).toEqual({ ...refused, read: 'OK' });
  });

  it('tells everybody of its health', async () => {
    const health = new grpchealthv1.HealthClient(traces.target, anonymous(), tracesChannelOptions(traces.target));
    const code = await new Promise((resolve) => health.check({}, (error) => resolve(error ? error.code : codes.OK)));
    health.close();
    expect(code).toBe(codes.OK);
  });

  it('takes what a service sends as who it is, and the service is told when it is refused', async () => {
    const send = async (name: string, about: string): Promise<string[]> => {
      const warnings: string[] = [];
      const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
      const { caFile, ...identity } = traces.files(name);
      const settings = {
        otlpCertFile: '',
        otlpKeyFile: '',
        otlpCaFile: caFile,
        traceSampling: 1,
        traceRate: 0,
      };
      const options = exportOptions({ ...settings, otlpEndpoint: `https://${traces.target}` }, identity);
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
      traces.target,
      channelCredentials(traces.files('admin')),
      tracesChannelOptions(traces.target),
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
    await traces.admin.create(Kinds.ServiceAccount, { metadata });
    const request = { metadata, spec: { audiences: [], expirationSeconds: 600 } };
    const { status } = await traces.admin.create<authenticationv1.TokenRequest>(tokens, request, {
      subresource: 'token',
    });
    return status?.token ?? '';
  }
});
