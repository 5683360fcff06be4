import { Kinds } from '@skiff/contracts';
import { insertResourceVersion } from './record';

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
