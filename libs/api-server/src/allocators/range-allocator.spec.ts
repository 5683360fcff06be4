import { systemClock, type Clock } from '@skiff/platform';
import { addressRange, portRange } from './address-range';
import type { Claim, Ledger } from './ledger';
import { RangeAllocator } from './range-allocator';

/** What two API servers share. */
class MemoryLedger implements Ledger {
  readonly claims = new Map<string, Claim>();

  async claim(claim: Claim): Promise<boolean> {
    await Promise.resolve();
    if (this.claims.has(claim.value)) return false;
    this.claims.set(claim.value, claim);
    return true;
  }

  async release(value: string, owner: string): Promise<void> {
    if (this.claims.get(value)?.owner === owner) this.claims.delete(value);
  }

  async list(): Promise<Claim[]> {
    return [...this.claims.values()];
  }
}

describe('ranges', () => {
  it('count addresses without network and broadcast, and know the static band', () => {
    const range = addressRange('10.96.0.0/16');
    expect([range.size, range.staticBand, range.at(0), range.at(range.size - 1)]).toEqual([
      65534,
      256,
      '10.96.0.1',
      '10.96.255.254',
    ]);
    expect(['10.96.0.0', '10.96.1.4', '10.97.0.1', '10.96.255.255', 'x'].map((one) => range.indexOf(one))).toEqual([
      undefined,
      259,
      undefined,
      undefined,
      undefined,
    ]);
    expect(addressRange('10.0.0.0/28').staticBand).toBe(0);
    expect(() => addressRange('10.0.0/8')).toThrow('invalid IPv4 range "10.0.0/8"');
  });

  it('count ports', () => {
    const range = portRange('30000-32767');
    expect([range.size, range.staticBand, range.at(0), range.indexOf('32767'), range.indexOf('80')]).toEqual([
      2768,
      86,
      '30000',
      2767,
      undefined,
    ]);
    expect(() => portRange('9-3')).toThrow('invalid port range');
  });
});

describe('RangeAllocator', () => {
  let now = 0;
  const clock: Clock = { ...systemClock, now: () => now };
  const server = (ledger: Ledger, text = '10.96.0.0/24', random: () => number = Math.random) =>
    new RangeAllocator({ range: addressRange(text), ledger, clock, random });

  it('two servers that hand out at once never hand out the same address, and hand out all', async () => {
    const ledger = new MemoryLedger();
    const servers = [server(ledger), server(ledger)];
    const results = await Promise.all(
      Array.from({ length: 254 }, (_, index) => servers[index % 2]?.claimAny(`default/s${index}`)),
    );
    const values = results.map((result) => (result && 'value' in result ? result.value : undefined));
    expect(new Set(values).size).toBe(254);
    expect(values).not.toContain(undefined);
    await expect(servers[0]?.claimAny('default/last')).resolves.toEqual({ failure: 'full' });
  });

  it('uses the static band last', async () => {
    const allocator = server(new MemoryLedger(), '10.96.0.0/24', () => 0);
    await expect(allocator.claimAny('a/a')).resolves.toEqual({ value: '10.96.0.17' });
    for (let left = 237; left > 0; left--) await allocator.claimAny('a/a');
    await expect(allocator.claimAny('a/a')).resolves.toEqual({ value: '10.96.0.1' });
  });

  it('hands out a certain address once, and again when it was given back by its owner', async () => {
    const allocator = server(new MemoryLedger());
    await expect(allocator.claim('10.96.0.9', 'a/a')).resolves.toBeUndefined();
    await expect(allocator.claim('10.96.0.9', 'a/b')).resolves.toBe('allocated');
    await expect(allocator.claim('10.97.0.9', 'a/b')).resolves.toBe('out of range');
    await allocator.release('10.96.0.9', 'a/b');
    await expect(allocator.claim('10.96.0.9', 'a/b')).resolves.toBe('allocated');
    await allocator.release('10.96.0.9', 'a/a');
    await expect(allocator.claim('10.96.0.9', 'a/b')).resolves.toBeUndefined();
  });

  it('finds what another server gave back before it says that the range is full', async () => {
    const ledger = new MemoryLedger();
    const [one, two] = [server(ledger, '10.0.0.0/29'), server(ledger, '10.0.0.0/29')];
    for (let left = 6; left > 0; left--) await one.claimAny('a/a');
    await two.claimAny('a/b');
    await two.release('10.0.0.3', 'a/a');
    await expect(one.claimAny('a/c')).resolves.toEqual({ value: '10.0.0.3' });
  });

  it('repair records what is held, and gives back what nobody holds, but not what was just handed out', async () => {
    const ledger = new MemoryLedger();
    const allocator = server(ledger);
    await allocator.claim('10.96.0.5', 'a/lost');
    now += 200_000;
    await allocator.claim('10.96.0.6', 'a/new');
    await allocator.claim('10.96.0.7', 'a/other');
    const conflicts = await allocator.repair(
      new Map([
        ['10.96.0.7', 'a/mine'],
        ['10.96.0.8', 'a/held'],
      ]),
    );
    expect([...ledger.claims.keys()].sort()).toEqual(['10.96.0.6', '10.96.0.7', '10.96.0.8']);
    expect(conflicts.map(({ owner }) => owner)).toEqual(['a/other']);
  });
});
