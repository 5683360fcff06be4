import { setTimeout } from 'node:timers/promises';
import { credentials, Metadata, ServerCredentials, type ServiceError } from '@grpc/grpc-js';
import { context, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { grpchealthv1, grpcreflectionv1, skiffapiv1 } from '@skiff/contracts';
import { conflict, invalid, notFound, tooOldResourceVersion, StatusError } from '@skiff/apimachinery';
import { traceContextOf } from '../telemetry/trace-context';
import { duplex, serverStream, unary } from './handlers';
import { createGrpcServer, serveGrpc } from './server';
import { fromServiceError } from './status';
import { clientTracing } from './tracing';

describe('a gRPC server', () => {
  const stop = new AbortController();
  const failures = {
    missing: notFound({ resource: 'pods' }, 'missing'),
    stale: conflict({ group: 'apps', resource: 'deployments' }, 'stale'),
    wrong: invalid({ kind: 'Pod' }, 'wrong', [
      { reason: 'FieldValueRequired', field: 'spec', message: 'Required value' },
    ]),
  };
  const seen: { traceparent?: string | undefined; cancelled: number } = { cancelled: 0 };
  let address: string;

  beforeAll(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { server, health } = createGrpcServer();
    const unimplemented = unary<never, never>(() => Promise.reject(new Error('unused')));
    server.addService(skiffapiv1.ResourceServiceService, {
      get: unary((request: skiffapiv1.GetRequest) => {
        const failure = new Map<string, StatusError>(Object.entries(failures)).get(request.resource?.name ?? '');
        if (failure) return Promise.reject(failure);
        if (request.resource?.name === 'broken') return Promise.reject(new TypeError('x is undefined'));
        seen.traceparent = traceContextOf()?.traceparent;
        return Promise.resolve({ object: { coreV1ConfigMap: { metadata: { name: request.resource?.name ?? '' } } } });
      }),
      watch: serverStream(async function* (request: skiffapiv1.WatchRequest, call) {
        yield { type: skiffapiv1.EventType.EVENT_TYPE_BOOKMARK, resourceVersion: '1' };
        if (request.options?.resourceVersion === '1') throw tooOldResourceVersion(1, 5);
        await new Promise<void>((resolve) =>
          call.signal.addEventListener('abort', () => {
            seen.cancelled += 1;
            resolve();
          }),
        );
      }),
      write: duplex(async function* (requests: AsyncIterable<skiffapiv1.WriteRequest>) {
        for await (const request of requests) yield { id: request.id };
      }),
      ...Object.fromEntries(
        ['list', 'create', 'update', 'patch', 'delete', 'deleteCollection', 'bindPods'].map((name) => [
          name,
          unimplemented,
        ]),
      ),
    });
    health.setStatus('skiff.api.v1.ResourceService', 'SERVING');
    address = `127.0.0.1:${await serveGrpc(server, '127.0.0.1:0', ServerCredentials.createInsecure(), stop.signal)}`;
  });

  afterAll(() => {
    stop.abort();
    context.disable();
  });

  const connect = (): skiffapiv1.ResourceServiceClient =>
    new skiffapiv1.ResourceServiceClient(address, credentials.createInsecure(), { interceptors: [clientTracing] });

  const get = (name: string): Promise<skiffapiv1.GetResponse> => {
    const client = connect();
    return new Promise<skiffapiv1.GetResponse>((resolve, reject) =>
      client.get({ resource: { resource: 'pods', name } }, (error, response) =>
        error ? reject(fromServiceError(error)) : resolve(response),
      ),
    ).finally(() => client.close());
  };

  it.each(Object.entries(failures))('brings a Status across whole: %s', async (name, failure) => {
    const error = await get(name).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StatusError);
    expect((error as StatusError).toStatus()).toEqual(failure.toStatus());
  });

  it('calls an unexpected error internal, and says what it was', async () => {
    await expect(get('broken')).rejects.toMatchObject({
      code: 500,
      reason: 'InternalError',
      message: 'Internal error occurred: x is undefined',
    });
  });

  it('answers with 503 for a server that is not there', async () => {
    const client = new skiffapiv1.ResourceServiceClient('127.0.0.1:1', credentials.createInsecure());
    const error = await new Promise<ServiceError | null>((resolve) => client.get({}, (failure) => resolve(failure)));
    expect(error && fromServiceError(error)).toMatchObject({ code: 503, reason: 'ServiceUnavailable' });
    client.close();
  });

  it("runs a handler in the caller's trace", async () => {
    const span = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
    };
    await context.with(trace.setSpanContext(context.active(), span), () => get('traced'));
    expect(seen.traceparent).toBe(`00-${span.traceId}-${span.spanId}-01`);
  });

  it('ends a stream with the Status of what the handler throws', async () => {
    const client = connect();
    const types: unknown[] = [];
    const error = await (async () => {
      const stream = client.watch({ options: { resourceVersion: '1' } });
      for await (const event of stream as AsyncIterable<skiffapiv1.WatchResponse>) types.push(event.resourceVersion);
    })().catch((caught: unknown) => caught as ServiceError);
    expect(types).toEqual(['1']);
    expect(fromServiceError(error as ServiceError)).toMatchObject({
      code: 410,
      reason: 'Expired',
      message: 'too old resource version: 1 (5)',
    });
    client.close();
  });

  it("aborts a handler's signal when the client goes", async () => {
    const client = connect();
    const stream = client.watch({});
    stream.on('error', () => undefined);
    await new Promise((resolve) => stream.once('data', resolve));
    stream.cancel();
    for (let turn = 0; turn < 10_000 && seen.cancelled === 0; turn += 1) await setTimeout(1);
    expect(seen.cancelled).toBe(1);
    client.close();
  });

  it('answers a stream of requests as they come', async () => {
    const client = connect();
    const stream = client.write(new Metadata());
    stream.write({ id: 1 });
    stream.write({ id: 2 });
    stream.end();
    const ids: unknown[] = [];
    for await (const response of stream as AsyncIterable<skiffapiv1.WriteResponse>) ids.push(response.id);
    expect(ids).toEqual([1, 2]);
    client.close();
  });

  it('tells its health', async () => {
    const client = new grpchealthv1.HealthClient(address, credentials.createInsecure());
    const check = (service: string): Promise<unknown> =>
      new Promise((resolve) =>
        client.check({ service }, (error, response) => resolve(error ? error.code : response.status)),
      );
    expect(await check('')).toBe(grpchealthv1.HealthCheckResponse_ServingStatus.SERVING);
    expect(await check('skiff.api.v1.ResourceService')).toBe(grpchealthv1.HealthCheckResponse_ServingStatus.SERVING);
    expect(await check('nobody')).toBe(5);
    client.close();
  });

  it('lists its services and hands out their descriptors', async () => {
    const client = new grpcreflectionv1.ServerReflectionClient(address, credentials.createInsecure());
    const stream = client.serverReflectionInfo();
    stream.write({ listServices: '' });
    stream.write({ fileContainingSymbol: 'skiff.api.v1.ResourceService' });
    stream.write({ fileContainingSymbol: 'no.such.Symbol' });
    stream.end();
    const answers: grpcreflectionv1.ServerReflectionResponse[] = [];
    for await (const answer of stream as AsyncIterable<grpcreflectionv1.ServerReflectionResponse>) answers.push(answer);
    expect(answers[0]?.listServicesResponse?.service?.map(({ name }) => name)).toEqual([
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'skiff.api.v1.ResourceService',
    ]);
    expect(answers[1]?.fileDescriptorResponse?.fileDescriptorProto?.length).toBeGreaterThan(20);
    expect(answers[2]?.errorResponse?.errorCode).toBe(5);
    client.close();
  });
});
