import { addressIn, overlaps, parseRange } from './ranges';

describe('a range of addresses', () => {
  it('begins at its first address, whichever of its addresses names it', () => {
    expect(parseRange('172.31.30.7/24')).toEqual({ first: 0xac1f1e00, size: 256 });
    expect(parseRange('10.0.0.1')).toEqual({ first: 0x0a000001, size: 1 });
    for (const text of ['default', '10.0.0.0/33', '10.0.0.256', 'fd00::/64']) expect(parseRange(text)).toBeUndefined();
  });

  it('overlaps another that lies within it, or the other way round', () => {
    expect(overlaps('172.31.0.0/16', '172.31.30.0/24')).toBe(true);
    expect(overlaps('172.31.30.0/24', '172.31.0.0/16')).toBe(true);
    expect(overlaps('172.31.30.0/24', '172.31.31.0/24')).toBe(false);
    expect(overlaps('default', '172.31.31.0/24')).toBe(false);
  });

  it('counts its addresses', () => {
    expect(addressIn('10.96.0.0/16', 10)).toBe('10.96.0.10');
    expect(addressIn('10.96.0.0/12', 300)).toBe('10.96.1.44');
  });
});
