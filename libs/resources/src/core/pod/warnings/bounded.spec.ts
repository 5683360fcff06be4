import { warningsForPorts } from './containers';
import { warningsForVolumes } from './volumes';

const list = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index));

describe('The warnings of a pod', () => {
  it('do not tell of every pair of ports', () => {
    const ports = list(30_000, () => ({ containerPort: 80, protocol: 'TCP' }));
    const warnings = warningsForPorts([{ container: { name: 'c', ports }, path: 'spec.containers[0]' }]);
    expect(warnings).toHaveLength(100);
    expect(warnings[0]).toBe('spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]');
  });

  it('look through very many paths of one volume', () => {
    const sources = list(20_000, (index) => ({
      secret: { name: 's', items: [{ key: 'k', path: `p/${100_000 + index}/` }] },
    }));
    expect(warningsForVolumes([{ name: 'v', projected: { sources } }], 'spec.volumes')).toEqual([]);
    const twice = [...sources, { secret: { name: 't', items: [{ key: 'k', path: 'p/100000' }] } }];
    expect(warningsForVolumes([{ name: 'v', projected: { sources: twice } }], 'spec.volumes')).toEqual([
      'volume "v" (Projected Secret "t"): overlapping paths: "p/100000" with "p/100000"',
    ]);
  });
});
