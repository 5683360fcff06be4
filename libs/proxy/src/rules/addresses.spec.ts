import { canonicalAddresses, canonicalRanges } from './addresses';

it('Addresses and ranges of IPv4 get the form that the kernel knows, others are left out', () => {
  expect(canonicalAddresses(['010.1.1.1', '1.2.3.4', '::1', 'x'])).toEqual(['10.1.1.1', '1.2.3.4']);
  expect(canonicalRanges([' 10.1.2.3/8', '010.0.0.0/16', '2001:db8::/32'])).toEqual(['10.0.0.0/8', '10.0.0.0/16']);
  expect(canonicalAddresses(undefined)).toEqual([]);
});
