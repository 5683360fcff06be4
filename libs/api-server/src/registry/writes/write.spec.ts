import { Kinds, type corev1, type Kind } from '@skiff/contracts';
import { RecordCodec } from '../../cache/record';
import type { ApiObject } from '@skiff/apimachinery';
import { recordWithin } from './write';

const kind = Kinds.ConfigMap;
const records = new RecordCodec([kind as Kind<ApiObject>]);
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
    expect(() => recordWithin(records, object, undefined)).toThrow(
      expect.objectContaining({ code: 500, message: 'etcdserver: request is too large' }) as Error,
    );
  });

  it('only loses the owners of its fields when that is enough', () => {
    const [small, large] = [withData(1_000, 1_000), withData(1_000_000, 600_000)];
    expect(recordWithin(records, small, undefined).length).toBeGreaterThan(2_000);
    expect(small.metadata?.managedFields).toHaveLength(1);
    expect(recordWithin(records, large, undefined).length).toBeLessThan(1_100_000);
    expect(large.metadata).toEqual({ name: 'm' });
  });
});
