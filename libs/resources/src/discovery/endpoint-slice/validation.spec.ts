import { Kinds } from '@skiff/contracts';
import { creating } from '../../testing/read';

describe('An EndpointSlice', () => {
  const slice = (addressType: string, ...endpoints: object[]): string[] =>
    creating(Kinds.EndpointSlice, { addressType, endpoints });

  it('has addresses of its kind, and none that is special', () => {
    expect(slice('IPv4', { addresses: ['10.0.0.1'] })).toEqual([]);
    expect(slice('IPv4', { addresses: ['127.0.0.1', 'fd00::1', 'x'] }, {})).toEqual([
      'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'endpoints[0].addresses[1]: Invalid value: "fd00::1": must be a valid IPv4 address',
      'endpoints[0].addresses[2]: Invalid value: "x": must be a valid IPv4 address',
      'endpoints[0].addresses[2]: Invalid value: "x": must be a valid IP address',
      'endpoints[1].addresses: Required value: must contain at least 1 address',
    ]);
    expect(slice('FQDN', { addresses: ['a.b.', 'a', ''] })).toEqual([
      'endpoints[0].addresses[1]: Invalid value: "a": should be a domain with at least two segments separated by dots',
      'endpoints[0].addresses[2]: Required value',
    ]);
  });

  it('says for whom an endpoint is with at most eight names, each once', () => {
    const zones = (...names: string[]): string[] =>
      slice('IPv4', { addresses: ['10.0.0.1'], hints: { forZones: names.map((name) => ({ name })) } });
    expect(zones('a', 'a')).toEqual(['endpoints[0].hints.forZones[1].name: Duplicate value: "a"']);
    expect(zones(...'abcdefghi')).toEqual(['endpoints[0].hints.forZones: Too many: 9: must have at most 8 items']);
  });
});
