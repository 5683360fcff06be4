import type { corev1, discoveryv1 } from '@skiff/contracts';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ApiObject } from '@skiff/apimachinery';
import type { InformerHandler } from '@skiff/client-runtime';
import { silentLogger, systemClock } from '@skiff/platform';
import { runProxyLoop } from './proxy-loop';
import type { Source } from './service-changes';
import { service } from './testing/objects';

class FakeSource<T extends ApiObject> implements Source<T> {
  private handler: InformerHandler<T> | undefined;
  constructor(private items: T[]) {}
  list(): readonly T[] {
    return this.items;
  }
  subscribe(handler: InformerHandler<T>): void {
    this.handler = handler;
  }
  change(items: T[], traceparent?: string): void {
    this.items = items;
    for (const item of items) this.handler?.added?.(item, traceparent === undefined ? undefined : { traceparent });
  }
}

it('changes that come together are synced together, and a sync that failed is tried again', async () => {
  const services = new FakeSource<corev1.Service>([]);
  const slices = new FakeSource<discoveryv1.EndpointSlice>([]);
  const synced: number[] = [];
  let failures = 1;
  const reached = new Map<number, () => void>();
  const until = (count: number): Promise<void> => new Promise((resolve) => reached.set(count, resolve));
  const proxier = {
    verify: () => Promise.resolve(),
    sync: (all: readonly corev1.Service[]) => {
      if (all.length === 3 && failures-- > 0) return Promise.reject(new Error('refused'));
      synced.push(all.length);
      reached.get(all.length)?.();
      return Promise.resolve({ table: 'incremental' as const, added: [], ports: [] });
    },
  };
  const stop = new AbortController();
  const clock = { ...systemClock, sleep: (_: number, signal?: AbortSignal) => systemClock.sleep(1, signal) };
  const [none, three] = [until(0), until(3)];
  const running = runProxyLoop(
    { services, slices, proxier, clock, logger: silentLogger, tracer: trace.getTracer('test') },
    stop.signal,
  );
  await none;
  for (let count = 1; count <= 3; count++) {
    services.change(Array.from({ length: count }, (_, index) => service(`s${index}`, {})));
  }
  await three;
  stop.abort();
  await running;
  expect(synced).toEqual([0, 3]);
});

it('a change that comes while a sync is prepared is in the trace of that sync, and a sync that failed leaves its causes to the next', async () => {
  const services = new FakeSource<corev1.Service>([]);
  const slices = new FakeSource<discoveryv1.EndpointSlice>([]);
  const exporter = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test');
  const written = '0af7651916cd43dd8448eb211c80319c';
  let verified = 0;
  let failures = 1;
  const endpoint = { address: '10.244.0.2', port: 80, isLocal: true, isReady: true, pod: 'p' };
  const stop = new AbortController();
  const proxier = {
    verify: () => {
      verified += 1;
      if (verified === 2) services.change([service('web', {})], `00-${written}-b7ad6b7169203331-01`);
      return Promise.resolve();
    },
    sync: (all: readonly corev1.Service[]) => {
      if (all.length > 0 && failures-- > 0) return Promise.reject(new Error('refused'));
      if (all.length > 0) stop.abort();
      const added = all.map(() => ({
        namespace: 'default',
        service: 'web',
        portName: '',
        protocol: 'tcp' as const,
        endpoint,
      }));
      return Promise.resolve({ table: 'incremental' as const, added, ports: [] });
    },
  };
  const clock = { ...systemClock, sleep: (_: number, signal?: AbortSignal) => systemClock.sleep(1, signal) };
  const options = { services, slices, proxier, clock, logger: silentLogger, tracer };
  await runProxyLoop({ ...options, wakeups: (wake) => setImmediate(wake) }, stop.signal);
  const shown = exporter.getFinishedSpans().map(({ name, links, status }) => {
    return { name, causes: links.map(({ context }) => context.traceId), failed: status.message };
  });
  expect(shown).toEqual([
    { name: 'proxy sync', causes: [written], failed: 'Error: refused' },
    { name: 'endpoint programmed', causes: [], failed: undefined },
    { name: 'proxy sync', causes: [written], failed: undefined },
  ]);
});
