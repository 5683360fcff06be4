import type { Clock } from '@skiff/platform';
import type { NumberRange } from './address-range';
import { TrialLedger, type Claim, type Ledger } from './ledger';

/** Why nothing was handed out. */
export type AllocationFailure = 'allocated' | 'out of range' | 'full';

export interface RangeAllocatorOptions {
  readonly range: NumberRange;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** How long a claim may stand before its owner is visible, in milliseconds; default three minutes. */
  readonly graceMilliseconds?: number;
}

/** Hands out each member of a range to one owner at a time. The ledger decides; what is known here only guides the choice. */
export class RangeAllocator {
  readonly range: NumberRange;
  private readonly options: RangeAllocatorOptions;
  private readonly taken = new Set<number>();
  private loaded: Promise<void> | undefined;

  constructor(options: RangeAllocatorOptions) {
    this.options = options;
    this.range = options.range;
  }

  /** One that hands out what this one could, to see whether it would do, and leaves no trace. */
  trial(): RangeAllocator {
    return new RangeAllocator({ ...this.options, ledger: new TrialLedger(this.options.ledger) });
  }

  /** Hands out a certain one, unless it is taken or not in the range. */
  async claim(value: string, owner: string): Promise<AllocationFailure | undefined> {
    const index = this.range.indexOf(value);
    if (index === undefined) return 'out of range';
    this.taken.add(index);
    return (await this.record(value, owner)) ? undefined : 'allocated';
  }

  /** Hands out any: from above the static band while one is left there, then from the band. */
  async claimAny(owner: string): Promise<{ value: string } | { failure: AllocationFailure }> {
    await this.load();
    const first = await this.claimFree(owner);
    if (first !== undefined) return { value: first };
    // Another server may have given some back.
    await this.reload();
    const second = await this.claimFree(owner);
    return second === undefined ? { failure: 'full' } : { value: second };
  }

  async release(value: string, owner: string): Promise<void> {
    const index = this.range.indexOf(value);
    if (index === undefined) return;
    await this.options.ledger.release(value, owner);
    this.taken.delete(index);
  }

  /**
   * Makes the ledger agree with what owners hold: records what is held and not recorded, and gives
   * back what nobody has held for the grace period. Returns the holdings that belong to another owner in the
   * ledger, which somebody has to look at.
   */
  async repair(held: ReadonlyMap<string, string>): Promise<Claim[]> {
    const recorded = new Map((await this.options.ledger.list()).map((claim) => [claim.value, claim]));
    const conflicts: Claim[] = [];
    for (const [value, owner] of held) {
      const claim = recorded.get(value);
      if (!claim) await this.record(value, owner);
      else if (claim.owner !== owner) conflicts.push(claim);
    }
    const deadline = this.options.clock.now() - (this.options.graceMilliseconds ?? 180_000);
    for (const claim of recorded.values())
      if (!held.has(claim.value) && claim.time < deadline) await this.release(claim.value, claim.owner);
    await this.reload();
    return conflicts;
  }

  private async claimFree(owner: string): Promise<string | undefined> {
    const { staticBand, size } = this.range;
    return (await this.claimBetween(staticBand, size, owner)) ?? (await this.claimBetween(0, staticBand, owner));
  }

  /** Tries from a random place onwards and around, so that one just given back is not handed out at once. */
  private async claimBetween(low: number, high: number, owner: string): Promise<string | undefined> {
    const size = high - low;
    const start = Math.floor(this.options.random() * size);
    for (let step = 0; step < size; step++) {
      const index = low + ((start + step) % size);
      if (this.taken.has(index)) continue;
      this.taken.add(index);
      const value = this.range.at(index);
      if (await this.record(value, owner)) return value;
    }
    return undefined;
  }

  private record(value: string, owner: string): Promise<boolean> {
    return this.options.ledger.claim({ value, owner, time: this.options.clock.now() });
  }

  private load(): Promise<void> {
    this.loaded ??= this.reload().catch((error: unknown) => {
      this.loaded = undefined;
      throw error;
    });
    return this.loaded;
  }

  private async reload(): Promise<void> {
    const claims = await this.options.ledger.list();
    this.taken.clear();
    for (const { value } of claims) {
      const index = this.range.indexOf(value);
      if (index !== undefined) this.taken.add(index);
    }
  }
}
