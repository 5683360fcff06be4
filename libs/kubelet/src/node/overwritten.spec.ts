import type { corev1 } from '@skiff/contracts';
import { addressesOverwritten } from './overwritten';

const status = (...addresses: [type: string, address: string][]): corev1.NodeStatus => ({
  addresses: addresses.map(([type, address]) => ({ type, address })),
});

describe('The addresses of a node', () => {
  const reported = status(['InternalIP', '10.0.0.2'], ['Hostname', 'one']);

  it('are to be written again when somebody wrote others', () => {
    expect(addressesOverwritten(status(['InternalIP', '127.0.0.1'], ['Hostname', 'one']), reported)).toBe(true);
    expect(addressesOverwritten({}, reported)).toBe(true);
  });

  it('are left when they are there, in any order, with others or not', () => {
    const more = status(['Hostname', 'one'], ['ExternalIP', '192.0.2.1'], ['InternalIP', '10.0.0.2']);
    expect(addressesOverwritten(more, reported)).toBe(false);
  });

  it('are left as long as neither side is known', () => {
    expect(addressesOverwritten(undefined, reported)).toBe(false);
    expect(addressesOverwritten({}, undefined)).toBe(false);
  });
});
