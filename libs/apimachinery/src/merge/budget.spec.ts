import { Kinds, type corev1, type metav1 } from '@skiff/contracts';
import { messageSchema } from '../schema/message-schema';
import { areTooLong, hasTooManyFields, mostCharacters } from './budget';
import { manageUpdate } from './managers';

const schema = messageSchema('k8s.io.api.core.v1.ConfigMap');
const manager = { name: 'somebody', subresource: '', apiVersion: 'v1', time: '2025-01-01T00:00:00Z' };
const empty = Kinds.ConfigMap.codec.decode(new Uint8Array(0));
const withKeys = (count: number, metadata: metav1.ObjectMeta = {}): corev1.ConfigMap => ({
  ...empty,
  metadata: { name: 'm', ...metadata },
  data: Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, ''])),
});

describe('the fields of an object that has too many', () => {
  it('belong to nobody', () => {
    expect(manageUpdate(schema, empty, withKeys(1_000), manager)).toHaveLength(1);
    expect(manageUpdate(schema, empty, withKeys(100_000), manager)).toBeUndefined();
  });

  it('belong to nobody any more when they become too many', () => {
    const managedFields = manageUpdate(schema, empty, withKeys(10), manager);
    const before = withKeys(10, { uid: 'u', ...(managedFields ? { managedFields } : {}) });
    expect(manageUpdate(schema, before, withKeys(100_000, { uid: 'u' }), manager)).toBeUndefined();
  });

  it('are counted no further than it takes', () => {
    let read = 0;
    const ports = new Proxy([] as corev1.ContainerPort[], {
      get(list, name) {
        if (name === 'length') return 1e9;
        if (typeof name === 'symbol') return Reflect.get(list, name) as unknown;
        read += 1;
        return { containerPort: Number(name), protocol: 'TCP' };
      },
    });
    expect(hasTooManyFields(messageSchema(Kinds.Pod.message), { spec: { containers: [{ name: 'c', ports }] } })).toBe(
      true,
    );
    expect(read).toBeLessThan(mostCharacters / 10);
  });

  it('are too many when those of all managers are', () => {
    const entry = (index: number): metav1.ManagedFieldsEntry => ({ fieldsV1: { 'f:data': { [`f:${index}`]: {} } } });
    expect(areTooLong([entry(1), entry(2)])).toBe(false);
    expect(areTooLong(Array.from({ length: 50_000 }, (_, index) => entry(index)))).toBe(true);
  });
});
