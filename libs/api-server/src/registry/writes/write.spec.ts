import { Kinds, type corev1 } from '@skiff/contracts';
import { recordToStore } from './write';

const kind = Kinds.ConfigMap;
const withData = (bytes: number, fields: number): corev1.ConfigMap => ({
  ...kind.codec.decode(new Uint8Array(0)),
  metadata: {
    name: 'm',
    managedFields: [{ manager: 'somebody', fieldsV1: { 'f:data': { [`f:${'x'.repeat(fields)}`]: {} } } }],
  },
  data: { key: 'x'.repeat(bytes) },
});

describe('an object that is too large for etcd', () => {
  it('is refused in the words of etcd', () => {
    const object = withData(1_600_000, 10);
    expect(() => recordToStore(kind, object)).toThrow(
      expect.objectContaining({ code: 500, message: 'etcdserver: request is too large' }) as Error,
    );
  });

  it('only loses the owners of its fields when that is enough', () => {
    const [small, large] = [withData(1_000, 1_000), withData(1_000_000, 600_000)];
    expect(recordToStore(kind, small).length).toBeGreaterThan(2_000);
    expect(small.metadata?.managedFields).toHaveLength(1);
    expect(recordToStore(kind, large).length).toBeLessThan(1_100_000);
    expect(large.metadata).toEqual({ name: 'm' });
  });
});
