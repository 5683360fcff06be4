import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, Metadata, status as codes, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { trace } from '@opentelemetry/api';
import { admissionPlugins } from '@skiff/admission-plugins';
import { createApiServer } from '@skiff/api-server';
import { GrpcClient } from '@skiff/client-grpc';
import { Guard, kubeletGuardTimes } from '@skiff/client-runtime';
import { grpchealthv1, Kinds, skiffnodev1, type authenticationv1, type Kind } from '@skiff/contracts';
import { hollowSystem, Kubelet, KubeletMetrics, serveNode, SimulatedRuntime } from '@skiff/kubelet';
import { ensurePki } from '@skiff/pki';
import { channelCredentials, silentLogger, systemClock, systemRandom } from '@skiff/platform';
import { EmbeddedStore } from '@skiff/storage-embedded';
import { Registry } from 'prom-client';

const tracer = trace.getTracer('test');

/** Methods of the kubelet as calls that either get through to their handlers or do not. */
const calls = {
  // Without a start, the handler answers that it needs one.
  exec: (node, metadata) => begun(node.exec(metadata)),
  attach: (node, metadata) => begun(node.attach(metadata)),
  portForward: (node, metadata) => begun(node.portForward(metadata)),
  logs: (node, metadata) => node.logs({ container: {} }, metadata),
  stats: (node, metadata) => node.stats({}, metadata, () => undefined),
} satisfies Record<string, (node: skiffnodev1.NodeServiceClient, metadata: Metadata) => NodeJS.EventEmitter>;

function begun(call: NodeJS.EventEmitter & { write(message: object): unknown }): NodeJS.EventEmitter {
  call.write({});
  return call;
}
const methods = Object.keys(calls) as (keyof typeof calls)[];

describe('The port of a kubelet', () => {
  const stop = new AbortController();
  let directory: string;
  let store: EmbeddedStore;
  let server: Awaited<ReturnType<typeof createApiServer>>;
  let client: GrpcClient;
  let admin: GrpcClient;
  let target: string;

  const pem = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
  const files = (name: string) => ({
    caFile: join(directory, 'ca.crt'),
    certFile: join(directory, `${name}.crt`),
    keyFile: join(directory, `${name}.key`),
  });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kubelet-access-'));
    const nodes = ['one', 'two'].map((name) => ({ name, addresses: ['127.0.0.1'] }));
    await ensurePki(directory, { clusterName: 'c', nodes, addresses: [] }, systemClock.now());
    await ensurePki(join(directory, 'other'), { clusterName: 'o', nodes, addresses: [] }, systemClock.now());
    store = await EmbeddedStore.open({ directory: join(directory, 'store') });
    server = await createApiServer(
      {
        store,
        tls: { cert: await pem('api-server.crt'), key: await pem('api-server.key'), clientCa: await pem('ca.crt') },
        serviceAccounts: { privateKey: await pem('service-account.key'), issuer: 'https://kubernetes.default.svc' },
        serviceRange: '10.96.0.0/16',
        nodePortRange: '30000-32767',
        advertise: { address: '127.0.0.1', port: 6443 },
        admissionPlugins: admissionPlugins(),
        clock: systemClock,
        random: () => 0.5,
        logger: silentLogger,
        tracer,
        metrics: new Registry(),
      },
      stop.signal,
    );
    const apiServer = `127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
    const connect = (name: string): GrpcClient =>
      new GrpcClient({ target: apiServer, credentials: channelCredentials(files(name), apiServer), userAgent: name });
    client = connect('kubelet-one');
    admin = connect('admin');
    const port = await serveNode(
      new Kubelet(kubeletOptions(client, directory)),
      {
        address: '127.0.0.1:0',
        tls: {
          certFile: join(directory, 'kubelet-one-serving.crt'),
          keyFile: join(directory, 'kubelet-one-serving.key'),
          clientCaFile: join(directory, 'ca.crt'),
          certificateIsOptional: true,
        },
        guard: new Guard({ client, clock: systemClock, times: kubeletGuardTimes }),
      },
      stop.signal,
    );
    target = `127.0.0.1:${port}`;
  }, 30_000);

  afterAll(async () => {
    client.close();
    admin.close();
    await server.close();
    stop.abort(new Error('the test is over'));
    await store.close();
    await rm(directory, { recursive: true });
  });

  /** How a call ends for whoever shows this: UNIMPLEMENTED and the like come from behind the door. */
  async function outcome(
    method: keyof typeof calls,
    show: ChannelCredentials,
    token?: string,
  ): Promise<'in' | 'forbidden' | 'unknown' | string> {
    const node = new skiffnodev1.NodeServiceClient(target, show, { 'grpc.ssl_target_name_override': 'one' });
    const metadata = new Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    try {
      const call = calls[method](node, metadata);
      const code = await new Promise<codes>((resolve) => {
        call.on('error', (error: ServiceError) => resolve(error.code));
        call.on('status', (ended: { code: codes }) => resolve(ended.code));
        call.on('data', () => undefined);
      });
      if (code === codes.PERMISSION_DENIED) return 'forbidden';
      if (code === codes.UNAUTHENTICATED) return 'unknown';
      return code === codes.UNAVAILABLE ? 'unavailable' : 'in';
    } finally {
      node.close();
    }
  }
  const outcomes = async (show: ChannelCredentials, token?: string) =>
    Object.fromEntries(
      await Promise.all(methods.map(async (method) => [method, await outcome(method, show, token)] as const)),
    );
  const all = (result: string) => Object.fromEntries(methods.map((method) => [method, result]));
  const anonymous = async (): Promise<ChannelCredentials> => credentials.createSsl(Buffer.from(await pem('ca.crt')));

  it.each(['api-server-kubelet-client', 'admin'])('is open to %s', async (name) => {
    expect(await outcomes(channelCredentials(files(name)))).toEqual(all('in'));
  });

  it.each(['proxy', 'dns', 'traces', 'scheduler', 'kubelet-one', 'kubelet-two'])('is closed to %s', async (name) => {
    expect(await outcomes(channelCredentials(files(name)))).toEqual(all('forbidden'));
  });

  it('lets the controller manager read, as its roles say, and into no container', async () => {
    expect(await outcomes(channelCredentials(files('controller-manager')))).toEqual({
      ...all('forbidden'),
      logs: 'in',
      stats: 'in',
    });
  });

  it('is closed to who shows nothing, a certificate of servers or a token of nobody', async () => {
    expect(await outcomes(await anonymous())).toEqual(all('unknown'));
    expect(await outcomes(await anonymous(), 'made-up')).toEqual(all('unknown'));
    expect(await outcomes(channelCredentials(files('kubelet-two-serving')))).toEqual(all('unknown'));
  });

  it('is closed to the administrator of another cluster', async () => {
    const other = { ...files('other/admin'), caFile: join(directory, 'ca.crt') };
    expect(await outcomes(channelCredentials(other))).toEqual(all('unknown'));
  });

  it('is open to a token of who was granted it, as far as it was granted', async () => {
    const account = { namespace: 'default', name: 'monitor' };
    await admin.create(Kinds.ServiceAccount, { kind: 'ServiceAccount', apiVersion: 'v1', metadata: account });
    const request = { metadata: account, spec: { audiences: [], expirationSeconds: 600 } };
    const { status } = await admin.create<authenticationv1.TokenRequest>(tokens, request, { subresource: 'token' });
    const token = status?.token ?? '';
    expect(await outcome('stats', await anonymous(), token)).toBe('forbidden');
    const metadata = { name: 'reads-of-two' };
    await admin.create(Kinds.ClusterRole, {
      metadata,
      rules: [{ apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] }],
    });
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name };
    await admin.create(Kinds.ClusterRoleBinding, {
      metadata,
      roleRef,
      subjects: [{ kind: 'ServiceAccount', ...account }],
    });
    expect(await outcomes(await anonymous(), token)).toEqual({ ...all('forbidden'), logs: 'in' });
  });

  it.each([
    ['proxy', codes.PERMISSION_DENIED],
    ['api-server-kubelet-client', codes.OK],
  ])('tells %s of its health with %i', async (name, code) => {
    const health = new grpchealthv1.HealthClient(target, channelCredentials(files(name)), {
      'grpc.ssl_target_name_override': 'one',
    });
    const ended = await new Promise<codes>((resolve) =>
      health.check({}, (error) => resolve(error ? error.code : codes.OK)),
    );
    health.close();
    expect(ended).toBe(code);
  });
});

/** The `token` subresource of service accounts. */
const tokens: Kind<authenticationv1.TokenRequest> = {
  ...Kinds.TokenRequest,
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  namespaced: true,
};

function kubeletOptions(client: GrpcClient, rootDirectory: string): ConstructorParameters<typeof Kubelet>[0] {
  const metrics = new KubeletMetrics(new Registry());
  return {
    client,
    runtime: new SimulatedRuntime({ clock: systemClock }),
    facts: {
      name: 'one',
      ips: ['127.0.0.1'],
      labels: {},
      taints: [],
      port: 0,
      cpuCount: 1,
      memoryBytes: 2 ** 30,
      storageBytes: 2 ** 30,
      maxPods: 10,
      architecture: 'amd64',
      system: {},
    },
    rootDirectory,
    cniConfigDirectory: rootDirectory,
    bridge: 'cni0',
    mtu: 0,
    cgroupRoot: '/none',
    dns: { servers: [], domain: 'cluster.local', host: { servers: [], searches: [], options: [] } },
    system: hollowSystem({ memoryBytes: 2 ** 30, storageBytes: 2 ** 30 }),
    events: { event: () => undefined },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    tracer,
    metrics,
  };
}
