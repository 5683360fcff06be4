import { Kinds } from '@skiff/contracts';
import { creating } from '../../testing/read';

describe('A Lease', () => {
  it('has a strategy when it prefers a holder', () => {
    expect(creating(Kinds.Lease, { spec: { preferredHolder: 'me', leaseDurationSeconds: 0 } })).toEqual([
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
      'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined',
    ]);
    expect(creating(Kinds.Lease, { spec: { strategy: 'Mine' } })).toEqual([
      'spec.strategy.strategy: Unsupported value: "Mine": supported values: "OldestEmulationVersion"',
    ]);
  });
});
