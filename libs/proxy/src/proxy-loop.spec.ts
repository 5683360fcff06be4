import type { corev1, discoveryv1 } from '@skiff/contracts';
import { trace } from '@opentelemetry/api';
import type { ApiObject, InformerHandler } from '@skiff/client';
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
  change(items: T[]): void {
    this.items = items;
    for (const item of items) this.handler?.added?.(item);
  }
}

test('changes that come together are synced together, and a sync that failed is tried again', async () => {
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
