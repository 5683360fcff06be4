import { Kinds } from '@skiff/contracts';
import { changing, creating } from '../../testing/read';

describe('A Node', () => {
  it('has taints that differ, amounts that can be, and one range of addresses for each family', () => {
    const taint = { key: 'a', value: 'b', effect: 'NoSchedule' };
    const spec = { taints: [taint, taint, { key: '', value: '-' }], podCIDRs: ['10.0.0.0/24', '10.0.0.0/24', 'x'] };
    expect(creating(Kinds.Node, { spec, status: { capacity: { cpu: '-1', pods: '1500m', 'a.b/c': '1' } } })).toEqual([
      'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"b","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
      'metadata.taints[2].key: Invalid value: "": name part must be non-empty',
      expect.stringMatching(/^metadata\.taints\[2\]\.key: Invalid value: "": name part must consist of/),
      expect.stringMatching(/^metadata\.taints\[2\]\.value: Invalid value: "-": a valid label must be/),
      'metadata.taints[2].effect: Required value',
      'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.capacity.pods: Invalid value: "1500m": must be an integer',
      // What can be allotted defaults to the capacity.
      'status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.allocatable.pods: Invalid value: "1500m": must be an integer',
      'spec.podCIDRs[2]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.0.0/24","x"]: may specify no more than one CIDR for each IP family',
      'spec.podCIDRs[1]: Duplicate value: "10.0.0.0/24"',
    ]);
  });

  it('keeps its range, and has each address once', () => {
    const address = { type: 'InternalIP', address: '10.0.0.1' };
    expect(changing(Kinds.Node, {}, { status: { addresses: [address, address] } }, 'status')).toEqual([
      'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}',
    ]);
    expect(
      changing(Kinds.Node, { spec: { podCIDRs: ['10.0.0.0/24'] } }, { spec: { podCIDRs: ['10.0.1.0/24'] } }),
    ).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      '[]: Forbidden: node updates may only change labels, taints, or capacity',
    ]);
  });
});
