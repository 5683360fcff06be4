import { ROOT_CONTEXT } from '@opentelemetry/api';
import { followContexts, offTracer, startTelemetry, withSpan } from '@skiff/platform';
import type { Store } from './store';
import { traceStore } from './traced-store';

const store = {
  create: () => Promise.resolve({ ok: true, revision: 7n }),
  update: () => Promise.resolve({ ok: false, revision: 8n }),
} as unknown as Store;

beforeAll(() => followContexts());

it('shows writes as spans of the request that made them, and no others', async () => {
  const spans: { name: string; attributes: object; parent: string | undefined }[] = [];
  const { tracer, shutdown } = startTelemetry({
    service: 'test',
    exporter: {
      export: (batch, done) => {
        for (const { name, attributes, parentSpanContext } of batch)
          spans.push({ name, attributes, parent: parentSpanContext?.spanId });
        done({ code: 0 });
      },
      shutdown: () => Promise.resolve(),
    },
  });
  const traced = traceStore(store, tracer);
  await traced.create('/pods/default/unasked', new Uint8Array());
  const request = await withSpan(tracer, 'request', { parent: ROOT_CONTEXT }, async (span) => {
    await traced.create('/pods/default/web', new Uint8Array());
    await traced.update('/pods/default/web', new Uint8Array(), 1n);
    return span.spanContext().spanId;
  });
  await shutdown();
  expect(spans.slice(0, 2)).toEqual([
    {
      name: 'storage txn create',
      attributes: { 'skiff.storage.key': '/pods/default/web', 'skiff.storage.revision': '7' },
      parent: request,
    },
    {
      name: 'storage txn update',
      attributes: {
        'skiff.storage.key': '/pods/default/web',
        'skiff.storage.revision': '8',
        'skiff.storage.conflict': true,
      },
      parent: request,
    },
  ]);
  expect(spans).toHaveLength(3);
});

it('is the store itself when nothing is traced', () => {
  expect(traceStore(store, offTracer)).toBe(store);
});
