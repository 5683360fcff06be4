import { SharedPorts } from './shared-ports';

const tcp = (port: number, nodePort = 0) => ({ port, protocol: 'TCP', nodePort });
const udp = (port: number, nodePort = 0) => ({ port, protocol: 'UDP', nodePort });

describe('the node port of another protocol', () => {
  it('is the first of the same port', () => {
    const ports = new SharedPorts([tcp(80, 30_001), tcp(80, 30_002), udp(80, 30_003), udp(53, 30_004), tcp(54)]);
    expect(ports.of(udp(80))).toBe(30_001);
    expect(ports.of(tcp(80))).toBe(30_003);
    expect(ports.of(tcp(53))).toBe(30_004);
    expect(ports.of(udp(53))).toBeUndefined();
    expect(ports.of(udp(54))).toBeUndefined();
  });

  // Each port with each would be ten thousand million comparisons.
  it('is found without a search', () => {
    const ports = new SharedPorts(Array.from({ length: 100_000 }, () => tcp(80, 30_001)));
    for (let count = 0; count < 100_000; count += 1) if (ports.of(tcp(80)) !== undefined) throw new Error('found');
  });
});
