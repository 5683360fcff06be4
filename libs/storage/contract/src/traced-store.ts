import { trace, type Tracer } from '@opentelemetry/api';
import { Attribute, isTracing, SpanName, withSpan } from '@skiff/platform';
import type { Store, WriteOptions, WriteResult } from './store';

/**
 * A store whose writes show as spans of the request that made them. Writes that belong
 * to nothing that is traced, and every read, are left alone. The same store when nothing
 * is traced at all.
 */
export function traceStore(store: Store, tracer: Tracer): Store {
  if (!isTracing(tracer)) return store;
  const traced = (operation: string, key: string, run: () => Promise<WriteResult>): Promise<WriteResult> => {
    if (trace.getActiveSpan()?.isRecording() !== true) return run();
    const attributes = { [Attribute.storageKey]: key };
    return withSpan(tracer, SpanName.storageTxn(operation), { attributes }, async (span) => {
      const result = await run();
      span.setAttribute('skiff.storage.revision', result.revision.toString());
      // Somebody else was faster; the writer looks again.
      if (!result.ok) span.setAttribute('skiff.storage.conflict', true);
      return result;
    });
  };
  return {
    get: (key, signal) => store.get(key, signal),
    list: (request, signal) => store.list(request, signal),
    currentRevision: (signal) => store.currentRevision(signal),
    watch: (prefix, afterRevision, signal) => store.watch(prefix, afterRevision, signal),
    create: (key, value, options?: WriteOptions) => traced('create', key, () => store.create(key, value, options)),
    update: (key, value, expected, options?: WriteOptions) =>
      traced('update', key, () => store.update(key, value, expected, options)),
    delete: (key, expected) => traced('delete', key, () => store.delete(key, expected)),
    grantLease: (ttlSeconds) => store.grantLease(ttlSeconds),
    keepLeaseAlive: (lease) => store.keepLeaseAlive(lease),
    revokeLease: (lease) => store.revokeLease(lease),
    compact: (revision) => store.compact(revision),
    close: () => store.close(),
  };
}
