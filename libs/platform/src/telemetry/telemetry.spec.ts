import { context, ROOT_CONTEXT, trace, type Link, type Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { followContexts } from './follow-contexts';
import type { Logger } from './logger';
import { silentLogger } from './pino-logger';
import { contextWith, isTracing } from './off-tracer';
import { Attribute, objectAttributes } from './semantics';
import { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry';
import { contextFrom, linkFrom, traceContextOf, withSpan } from './trace-context';

describe('tracing', () => {
  const spans: ReadableSpan[] = [];
  const start = (options: Partial<TelemetryOptions> = {}): Telemetry =>
    startTelemetry({
      service: 'test',
      exporter: {
        export: (batch, done) => {
          spans.push(...batch);
          done({ code: 0 });
        },
        shutdown: () => Promise.resolve(),
      },
      ...options,
    });

  beforeAll(() => followContexts());
  beforeEach(() => (spans.length = 0));
  afterAll(() => context.disable());

  it('continues a trace that was handed on as text', async () => {
    const { tracer, shutdown } = start();
    const handedOn = await withSpan(tracer, 'cause', { parent: ROOT_CONTEXT }, () => traceContextOf());
    await withSpan(tracer, 'child', { parent: contextFrom(handedOn) }, () => undefined);
    await withSpan(tracer, 'effect', { causes: [handedOn, undefined, { traceparent: 'nonsense' }] }, () => undefined);
    await shutdown();
    const [cause, child, effect] = spans;
    expect(child?.parentSpanContext?.spanId).toBe(cause?.spanContext().spanId);
    expect(effect?.links.map((link) => link.context.spanId)).toEqual([cause?.spanContext().spanId]);
    expect(effect?.spanContext().traceId).not.toBe(cause?.spanContext().traceId);
    expect(effect?.resource.attributes['service.name']).toBe('test');
  });

  it('keeps a span active across what its body awaits, and marks it failed when that throws', async () => {
    const { tracer, shutdown } = start();
    const failing = withSpan(tracer, 'outer', { attributes: { a: 1 } }, async (outer) => {
      await Promise.resolve();
      expect(trace.getActiveSpan()).toBe(outer);
      await withSpan(tracer, 'inner', {}, () => undefined);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await shutdown();
    const [inner, outer] = spans;
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(outer).toMatchObject({ attributes: { a: 1 }, status: { code: 2, message: 'no' } });
  });

  it('follows the decision of a caller that is not recorded, and hands on no context of its own', async () => {
    const { tracer, shutdown } = start();
    const unsampled = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' };
    await withSpan(tracer, 'child', { parent: contextFrom(unsampled) }, () => undefined);
    await shutdown();
    expect(spans).toEqual([]);
    expect(linkFrom(undefined)).toBeUndefined();
  });

  it('is nothing global: two services of a process trace apart, and nobody else does', async () => {
    const others: ReadableSpan[] = [];
    const first = start();
    const second = start({
      exporter: {
        export: (batch, done) => {
          others.push(...batch);
          done({ code: 0 });
        },
        shutdown: () => Promise.resolve(),
      },
    });
    first.tracer.startSpan('first').end();
    second.tracer.startSpan('second').end();
    expect(trace.getTracer('other').startSpan('none').isRecording()).toBe(false);
    await Promise.all([first.shutdown(), second.shutdown()]);
    expect([spans, others].map((all) => all.map(({ name }) => name))).toEqual([['first'], ['second']]);
  });

  it('makes no span at all when it is off', async () => {
    const { tracer, shutdown } = startTelemetry({ service: 'test', otlpEndpoint: '' });
    expect(isTracing(tracer)).toBe(false);
    const span = tracer.startSpan('x');
    expect(tracer.startSpan('y')).toBe(span);
    expect(tracer.startActiveSpan('z', (active) => active)).toBe(span);
    expect(await withSpan(tracer, 'y', {}, (active) => active)).toBe(span);
    expect(span.isRecording()).toBe(false);
    expect(contextWith(span, ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
    expect(traceContextOf(contextWith(span))).toBeUndefined();
    await shutdown();
  });

  it('makes no span for what is not to begin when it is frugal, and goes on with what has begun', async () => {
    const { tracer, shutdown } = start({ isFrugal: true, tracesPerSecond: 1 });
    const roots = Array.from({ length: 200 }, () => tracer.startSpan('root', {}, ROOT_CONTEXT));
    expect(roots.filter((span) => span.isRecording())).toHaveLength(50);
    expect(new Set(roots.slice(50)).size).toBe(1);
    const parent = contextWith(roots[0] as Span, ROOT_CONTEXT);
    expect(tracer.startSpan('root', {}, parent).isRecording()).toBe(true);
    const links = [linkFrom(traceContextOf(parent)) as Link];
    expect(tracer.startSpan('root', { links }, ROOT_CONTEXT).isRecording()).toBe(true);
    const unsampled = contextFrom({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' });
    expect(tracer.startSpan('root', {}, unsampled).isRecording()).toBe(false);
    expect(tracer.startActiveSpan('root', (span) => span.isRecording())).toBe(false);
    expect(await withSpan(tracer, 'root', {}, () => traceContextOf())).toBeUndefined();
    expect(await withSpan(tracer, 'root', { parent }, () => traceContextOf())).toBeDefined();
    await shutdown();
  });

  it('says once that the collector is lost, and ends in time all the same', async () => {
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
    const { tracer, shutdown } = startTelemetry({ service: 'test', otlpEndpoint: 'http://127.0.0.1:1', logger });
    for (let count = 0; count < 1_000; count += 1) tracer.startSpan('x').end();
    const begun = performance.now();
    await shutdown();
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(warnings).toEqual(['the collector of traces does not answer']);
  });

  it('names the object that a span is about, and its controller', () => {
    const owners = [
      { kind: 'Node', name: 'n', uid: 'other' },
      { kind: 'ReplicaSet', name: 'r', uid: 'owner', controller: true },
    ];
    const metadata = { namespace: 'default', name: 'web', uid: 'u1', ownerReferences: owners };
    expect(objectAttributes({ kind: 'Pod', metadata })).toEqual({
      [Attribute.objectKind]: 'Pod',
      [Attribute.objectNamespace]: 'default',
      [Attribute.objectName]: 'web',
      [Attribute.objectUid]: 'u1',
      [Attribute.objectOwnerUid]: 'owner',
    });
    expect(objectAttributes({ metadata: { name: 'n' } }, 'Node')).toEqual({
      [Attribute.objectKind]: 'Node',
      [Attribute.objectName]: 'n',
    });
  });
});
