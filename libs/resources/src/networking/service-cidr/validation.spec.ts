import { Kinds } from '@skiff/contracts';
import { changing, creating } from '../../testing/read';

it('An IPAddress is named by itself, in one way, and says whose it is', () => {
  const spec = { parentRef: { resource: 'services', name: 's', namespace: 'n' } };
  expect(creating(Kinds.IPAddress, { metadata: { name: '10.96.0.1' }, spec })).toEqual([]);
  expect(creating(Kinds.IPAddress, { metadata: { name: '2001:DB8::1' }, spec: {} })).toEqual([
    'metadata.name: Invalid value: "2001:DB8::1": must be a canonical form IP address',
    'spec.parentRef: Required value',
  ]);
  const other = { parentRef: { ...spec.parentRef, name: 't' } };
  const metadata = { name: '10.96.0.1' };
  expect(changing(Kinds.IPAddress, { metadata, spec }, { metadata, spec: other })).toEqual([
    expect.stringMatching(/^spec\.parentRef: Invalid value: .*: field is immutable$/),
  ]);
});

it('A ServiceCIDR has a range of each family at most, and keeps it', () => {
  const ranges = (...cidrs: string[]) => ({ spec: { cidrs } });
  expect(creating(Kinds.ServiceCIDR, ranges())).toEqual(['spec.cidrs: Required value: at least one CIDR required']);
  expect(creating(Kinds.ServiceCIDR, ranges('10.0.0.0/8', '10.1.0.0/16'))).toEqual([
    'spec.cidrs: Invalid value: ["10.0.0.0/8","10.1.0.0/16"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96',
  ]);
  expect(creating(Kinds.ServiceCIDR, ranges('10.1.0.0/8'))).toEqual([
    'spec.cidrs[0]: Invalid value: "10.1.0.0/8": must not have bits set beyond the prefix length',
  ]);
  expect(changing(Kinds.ServiceCIDR, ranges('10.0.0.0/8'), ranges('10.0.0.0/8', '2001:db8::/96'))).toEqual([]);
  expect(changing(Kinds.ServiceCIDR, ranges('10.0.0.0/8'), ranges('11.0.0.0/8'))).toEqual([
    'spec.cidrs[0]: Invalid value: "11.0.0.0/8": field is immutable',
  ]);
});

it('A ControllerRevision holds something, for good', () => {
  expect(creating(Kinds.ControllerRevision, { revision: -1 })).toEqual([
    'data: Required value: data is mandatory',
    'revision: Invalid value: -1: must be greater than or equal to 0',
  ]);
  expect(changing(Kinds.ControllerRevision, { data: { a: 1 } }, { data: { a: 2 } })).toEqual([
    expect.stringMatching(/^data: Invalid value: .*: field is immutable$/),
  ]);
});
