import { isProxyable, proxyableAddress } from './proxyable';

describe('An address', () => {
  it.each(['10.244.0.5', '172.18.0.2', '8.8.8.8', '2001:db8::1', 'fd00::5', '::ffff:10.0.0.1'])(
    '%s may be connected to',
    (address) => expect(isProxyable(address)).toBe(true),
  );

  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '169.254.169.254',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '::ffff:127.0.0.1',
    '',
    'web',
  ])('%j may not', (address) => expect(isProxyable(address)).toBe(false));

  it('of a name is refused when the name leads to this machine', async () => {
    await expect(proxyableAddress('localhost', isProxyable)).rejects.toThrow('address not allowed');
    await expect(proxyableAddress('10.0.0.7', isProxyable)).resolves.toBe('10.0.0.7');
  });
});
