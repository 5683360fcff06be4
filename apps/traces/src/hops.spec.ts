import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { admissionPlugins } from '@skiff/admission-plugins';
import { createApiServer, type RunningApiServer } from '@skiff/api-server';
import { keyOf } from '@skiff/client';
import { GrpcClient } from '@skiff/client-grpc';
import { done, Informer, runReconciler, TraceCauses, WorkQueue } from '@skiff/client-runtime';
import { Kinds, skifftracesv1, type corev1 } from '@skiff/contracts';
import {
  channelCredentials,
  followContexts,
  renderTree,
  silentLogger,
  startTelemetry,
  systemClock,
  traceContextOf,
  withSpan,
  type Telemetry,
} from '@skiff/platform';
import { createAuthority } from '@skiff/pki';
import { EmbeddedStore } from '@skiff/storage-embedded';
import { configMap, eventually } from '@skiff/testing';
import { Registry } from 'prom-client';
import { tracesService } from './service';
import { readConfig } from './config';

describe('a trace across asynchronous hops', () => {
  const directory = mkdtempSync(join(tmpdir(), 'skiff-hops-'));
  const stop = new AbortController();
  let store: EmbeddedStore;
  let server: RunningApiServer;
  let client: GrpcClient;
  let traces: Promise<void>;
  let telemetry: { apiServer: Telemetry; controller: Telemetry };
  let query: skifftracesv1.TraceQueryServiceClient;

  beforeAll(async () => {
    followContexts();
    const authority = await createAuthority('test', systemClock.now());
    const serving = await authority.issue(
      { commonName: 'api-server', hosts: ['127.0.0.1'], usages: ['server'] },
      systemClock.now(),
    );
    const admin = await authority.issue(
      { commonName: 'kubernetes-admin', organizations: ['system:masters'], usages: ['client'] },
      systemClock.now(),
    );
    const file = (name: string, text: string): string => {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    };
    const files = {
      caFile: file('ca.crt', authority.pair.certificate),
      certFile: file('admin.crt', admin.certificate),
      keyFile: file('admin.key', admin.key),
    };
    const collector = await new Promise<number>((resolve) => {
      const config = readConfig(['--listen', '127.0.0.1:0'], {});
      traces = Promise.resolve(
        tracesService({ clock: systemClock, logger: silentLogger, listening: resolve }, config).run(stop.signal),
      );
    });
    const otlpEndpoint = `http://127.0.0.1:${collector}`;
    telemetry = {
      apiServer: startTelemetry({ service: 'api-server', otlpEndpoint }),
      controller: startTelemetry({ service: 'controller', otlpEndpoint }),
    };
    query = new skifftracesv1.TraceQueryServiceClient(`127.0.0.1:${collector}`, credentials.createInsecure());
    store = await EmbeddedStore.open({ directory: join(directory, 'store'), logger: silentLogger });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    server = await createApiServer(
      {
        store,
        tls: { cert: serving.certificate, key: serving.key, clientCa: authority.pair.certificate },
        serviceAccounts: {
          privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
          issuer: 'https://test',
        },
        serviceRange: '10.96.0.0/16',
        nodePortRange: '30000-32767',
        advertise: { address: '127.0.0.1', port: 6443 },
        admissionPlugins: admissionPlugins(),
        clock: systemClock,
        random: Math.random,
        logger: silentLogger,
        tracer: telemetry.apiServer.tracer,
        metrics: new Registry(),
      },
      stop.signal,
    );
    const port = await server.listen('127.0.0.1', 0);
    const target = `127.0.0.1:${port}`;
    client = new GrpcClient({ target, credentials: channelCredentials(files, target), userAgent: 'test' });
  });

  let onTestEnd: () => Promise<void> = () => Promise.resolve();
  afterEach(async () => {
    await onTestEnd();
    onTestEnd = () => Promise.resolve();
  });

  afterAll(async () => {
    stop.abort(new Error('over'));
    client.close();
    query.close();
    await server.close();
    await Promise.all([telemetry.apiServer.shutdown(), telemetry.controller.shutdown()]);
    await store.close();
    await traces;
    rmSync(directory, { recursive: true });
  });

  const ask = (name: string): Promise<skifftracesv1.ExplainResponse> =>
    new Promise((resolve, reject) =>
      query.explain({ kind: 'ConfigMap', namespace: 'default', name }, (error, response) =>
        error ? reject(error) : resolve(response),
      ),
    );

  it('leads from a request over the watch and a controller to what the controller wrote', async () => {
    const causes = new TraceCauses();
    const queue = new WorkQueue(systemClock);
    const informer = new Informer<corev1.ConfigMap>(client, Kinds.ConfigMap, {
      namespace: 'default',
      clock: systemClock,
      logger: silentLogger,
    });
    informer.subscribe({
      added: (object, trace) => {
        causes.note(keyOf(object), 'config map added', trace);
        queue.add(keyOf(object));
      },
    });
    const working = new AbortController();
    const reconciling = runReconciler({
      name: 'copier',
      objectKind: 'ConfigMap',
      queue,
      workers: 1,
      causes,
      clock: systemClock,
      logger: silentLogger,
      tracer: telemetry.controller.tracer,
      signal: working.signal,
      reconcile: async (key) => {
        if (key === 'default/web') await client.create(Kinds.ConfigMap, configMap('web-copy'));
        return done;
      },
    });
    onTestEnd = async () => {
      working.abort(new Error('done'));
      await reconciling;
    };
    await informer.start(working.signal);
    await client.create(Kinds.ConfigMap, configMap('web', { a: '1' }));
    await eventually(() => informer.get('default/web-copy') !== undefined);

    for (const name of ['web', 'web-copy']) {
      const lines = await eventually(async () => {
        const text = renderTree((await ask(name)).roots ?? []);
        expect(text).toContain('web-copy');
        return text.trim().split('\n');
      });
      const names = lines
        // Which plugins took long enough to show differs from run to run.
        .filter((line) => !line.includes('admission plugin'))
        .map((line) => line.replace(/^.*?(api-server|controller) {2}/, '$1 ').replaceAll(/[├│└]/g, '└'));
      expect(names.slice(0, 10)).toEqual([
        'api-server skiff.api.v1.ResourceService/Create',
        'api-server └─ api request create ConfigMap default/web',
        'api-server    └─ admission mutating',
        'api-server    └─ admission validating',
        'api-server    └─ storage txn create',
        'controller    └─ ▸ reconcile copier',
        'api-server       └─ skiff.api.v1.ResourceService/Create',
        'api-server          └─ api request create ConfigMap default/web-copy',
        'api-server             └─ admission mutating',
        'api-server             └─ admission validating',
      ]);
    }
  });

  it('creates many objects over one call, each with its own fate and its own cause', async () => {
    const { tracer } = telemetry.controller;
    const cause = await withSpan(tracer, 'cause', { parent: ROOT_CONTEXT }, () => traceContextOf());
    const results = await client.createAll<corev1.ConfigMap>(Kinds.ConfigMap, [
      { object: configMap('first', { a: '1' }), trace: cause },
      { object: configMap('first', { a: '2' }) },
      { object: configMap('second', { a: '3' }) },
    ]);
    expect(results[1]).toMatchObject({ code: 409, reason: 'AlreadyExists' });
    expect(results[2]).toMatchObject({ metadata: { name: 'second' }, data: { a: '3' } });
    const spans = await eventually(async () => {
      const { roots = [] } = await ask('first');
      expect(renderTree(roots)).toContain('api request create ConfigMap default/first');
      return roots;
    });
    expect(JSON.stringify(spans)).toContain(cause?.traceparent?.split('-')[1]);
  });

  it('answers a client over gRPC with the errors of the API', async () => {
    const key = { namespace: 'default', name: 'mine' };
    await expect(client.get(Kinds.ConfigMap, key)).rejects.toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'configmaps "mine" not found',
      details: { name: 'mine', kind: 'configmaps' },
    });
    const made = await client.create(Kinds.ConfigMap, configMap('mine', { a: '1' }));
    await client.update(Kinds.ConfigMap, { ...made, data: { a: '2' } });
    await expect(client.update(Kinds.ConfigMap, { ...made, data: { a: '3' } })).rejects.toMatchObject({
      code: 409,
      reason: 'Conflict',
    });
    const patched = await client.patch<corev1.ConfigMap>(Kinds.ConfigMap, key, 'merge', { data: { b: '1' } });
    expect(patched.data).toEqual({ a: '2', b: '1' });
    const page = await client.list(Kinds.ConfigMap, { namespace: 'default', limit: 1 });
    expect(page.items).toHaveLength(1);
    expect(page.metadata.continue).toBeTruthy();
    await client.delete(Kinds.ConfigMap, key);
    await expect(client.get(Kinds.ConfigMap, key)).rejects.toMatchObject({ code: 404 });
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(client.get(Kinds.ConfigMap, key, { signal: aborted })).rejects.toThrow('enough');
  });
});
