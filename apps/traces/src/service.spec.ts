import { credentials } from '@grpc/grpc-js';
import { skifftracesv1 } from '@skiff/contracts';
import {
  followContexts,
  linkFrom,
  objectAttributes,
  renderTree,
  silentLogger,
  SpanName,
  startTelemetry,
  systemClock,
  traceContextOf,
  withSpan,
} from '@skiff/platform';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { tracesService } from './service';
import { readConfig } from './config';

describe('the traces service', () => {
  beforeAll(() => followContexts());

  it('takes spans from the OTLP exporters of services and answers with their causal tree', async () => {
    const stop = new AbortController();
    let running: Promise<void> = Promise.resolve();
    const port = await new Promise<number>((resolve) => {
      const config = readConfig(['--listen', '127.0.0.1:0'], {});
      running = Promise.resolve(
        tracesService({ clock: systemClock, logger: silentLogger, listening: resolve }, config).run(stop.signal),
      );
    });
    const otlpEndpoint = `http://127.0.0.1:${port}`;
    const apiServer = startTelemetry({ service: 'api-server', otlpEndpoint });
    const scheduler = startTelemetry({ service: 'scheduler', otlpEndpoint });
    const pod = { kind: 'Pod', metadata: { namespace: 'default', name: 'web', uid: 'u1' } };

    const written = await withSpan(
      apiServer.tracer,
      SpanName.apiRequest,
      { attributes: { ...objectAttributes(pod), 'k8s.request.verb': 'create' }, parent: ROOT_CONTEXT },
      () => traceContextOf(),
    );
    expect(linkFrom(written)).toBeDefined();
    await expect(
      withSpan(
        scheduler.tracer,
        SpanName.schedulePod,
        { attributes: objectAttributes(pod), causes: [written], parent: ROOT_CONTEXT },
        () => Promise.reject(new Error('0/2 nodes are available')),
      ),
    ).rejects.toThrow();
    await Promise.all([apiServer.shutdown(), scheduler.shutdown()]);

    const client = new skifftracesv1.TraceQueryServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const ask = (request: skifftracesv1.ExplainRequest): Promise<skifftracesv1.ExplainResponse> =>
      new Promise((resolve, reject) =>
        client.explain(request, (error, response) => (error ? reject(error) : resolve(response))),
      );
    const { roots = [] } = await ask({ kind: 'Pod', namespace: 'default', name: 'web' });
    const lines = renderTree(roots).trim().split('\n');
    expect(lines[0]).toMatch(/^\+0 µs +\S+ .s {2}api-server {2}api request create Pod default\/web$/);
    expect(lines[1]).toMatch(/scheduler {3}└─ ▸ schedule pod {2}✗ 0\/2 nodes are available$/);
    await expect(ask({ name: 'web' })).rejects.toMatchObject({ details: 'kind and name are required' });

    client.close();
    stop.abort();
    await running;
  });
});
