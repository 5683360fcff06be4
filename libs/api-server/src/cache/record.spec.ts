import type { ApiObject } from '@skiff/apimachinery';
import { Kinds, skiffstoragev1, type Kind } from '@skiff/contracts';
import { insertResourceVersion, RecordCodec } from './record';

describe('a stored message', () => {
  const { codec } = Kinds.ConfigMap;
  const read = (object: Parameters<typeof codec.encode>[0], revision: bigint): unknown =>
    codec.decode(insertResourceVersion(codec.encode(object).finish(), revision));

  it('gets its resource version in its place', () => {
    const metadata = {
      name: 'n',
      namespace: 's',
      uid: 'u',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { a: 'b' },
    };
    expect(JSON.stringify(read({ metadata, data: { k: 'v' } }, 42n))).toBe(
      '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"n","namespace":"s","uid":"u","resourceVersion":"42",' +
        '"creationTimestamp":"2026-01-01T00:00:00Z","labels":{"a":"b"}},"data":{"k":"v"}}',
    );
  });

  it('gets it also where there is no other metadata', () => {
    expect(read({ data: { k: 'v' } }, 7n)).toMatchObject({ metadata: { resourceVersion: '7' }, data: { k: 'v' } });
    expect(read({ metadata: {}, data: { k: 'v' } }, 7n)).toMatchObject({ metadata: { resourceVersion: '7' } });
  });

  it.each([100, 127, 128, 16_300, 16_400, 300_000])('stays whole with metadata of %d bytes', (size) => {
    const annotations = { long: 'x'.repeat(size) };
    const metadata = { name: 'n', annotations };
    expect(read({ metadata, data: { k: 'v' } }, 2n ** 62n)).toMatchObject({
      metadata: { ...metadata, resourceVersion: '4611686018427387904' },
      data: { k: 'v' },
    });
  });
});

describe('the codec of records', () => {
  const { Event, EventsEvent } = Kinds as unknown as Readonly<Record<'Event' | 'EventsEvent', Kind<ApiObject>>>;
  const records = new RecordCodec([Event]);
  const encode = ({ object, ...record }: { object: Uint8Array; apiVersion?: string; kind?: string }): Uint8Array =>
    skiffstoragev1.Record.encode({ ...record, object: Buffer.from(object) }).finish();
  const read = (record: Parameters<typeof encode>[0], codec = records): ReturnType<RecordCodec['decode']> =>
    codec.decode({ key: 'key', value: encode(record), revision: 7n });
  const trace = { traceparent: '00-1-2-01', tracestate: 'a=b' };

  it('keeps an object and the trace of its writer, and leaves the resource version to the store', () => {
    const object = {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: { name: 'n', resourceVersion: '3' },
      reason: 'Because',
    };
    const value = records.encode(object, trace);
    const { object: message } = skiffstoragev1.Record.decode(value);
    expect(Event.codec.decode(message ?? new Uint8Array(0)).metadata).toEqual({ name: 'n' });
    const cached = records.decode({ key: 'key', value, revision: 7n });
    expect(cached.object).toMatchObject({ metadata: { name: 'n', resourceVersion: '7' }, reason: 'Because' });
    expect([cached.kind, cached.trace, cached.revision]).toEqual([Event, trace, 7n]);
  });

  it('reads JSON as well, with every digit of it, and its resource version in its place', () => {
    const json =
      '{"apiVersion":"v1","kind":"Event","metadata":{"name":"n","labels":{"a":"b"}},"count":9007199254740993}';
    const cached = read({ object: Buffer.from(json), apiVersion: 'v1', kind: 'Event' });
    expect(cached.json.toString()).toBe(
      '{"apiVersion":"v1","kind":"Event","metadata":{"name":"n","resourceVersion":"7","labels":{"a":"b"}},' +
        '"count":9007199254740993}',
    );
  });

  it('knows in which version an object is stored', () => {
    const object = Event.codec.encode({ metadata: { name: 'n' } }).finish();
    const earlier = { object, apiVersion: 'events.k8s.io/v1', kind: 'Event' };
    expect(read(earlier, new RecordCodec([Event, EventsEvent])).kind).toBe(EventsEvent);
    expect(read({ object }).kind).toBe(Event);
    expect(() => read(earlier)).toThrow('no kind "Event" is registered for version "events.k8s.io/v1"');
  });
});
