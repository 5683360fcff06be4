import { Kinds } from '@skiff/contracts';
import { changing, creating } from '../../testing/read';

describe('A quota', () => {
  const quota = (spec: object) => creating(Kinds.ResourceQuota, { spec });

  it('limits what there is, by whole numbers where things are counted', () => {
    expect(quota({ hard: { cpu: '1', 'count/jobs.batch': '2', 'requests.a.b/gpu': '1' } })).toEqual([]);
    expect(quota({ hard: { cpuu: '1', pods: '1500m', memory: '-1' } })).toEqual([
      'spec.hard[cpuu]: Invalid value: "cpuu": must be a standard resource type or fully qualified',
      'spec.hard[cpuu]: Invalid value: "cpuu": must be a standard resource for quota',
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
      'spec.hard[memory]: Invalid value: "-1": must be greater than or equal to 0',
    ]);
  });

  it('has scopes that fit together, and keeps them', () => {
    expect(quota({ hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] })).toEqual([
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ]);
    expect(quota({ hard: { 'limits.cpu': '1' }, scopes: ['BestEffort'] })).toEqual([
      'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
    ]);
    expect(
      changing(Kinds.ResourceQuota, { spec: { scopes: ['Terminating'] } }, { spec: { scopes: ['NotTerminating'] } }),
    ).toEqual(['spec.scopes: Invalid value: ["NotTerminating"]: field is immutable']);
  });
});
