import type { Store } from '@skiff/storage';

/** Who holds something that was handed out. */
export interface Claim {
  readonly value: string;
  /** Such as `default/web`. */
  readonly owner: string;
  /** When it was handed out, in milliseconds since the epoch. */
  readonly time: number;
}

/** Remembers what is handed out, for all API servers together. */
export interface Ledger {
  /** Whether it was free, and now belongs to the owner. */
  claim(claim: Claim): Promise<boolean>;
  /** Gives it back, if the owner holds it. */
  release(value: string, owner: string): Promise<void>;
  list(): Promise<Claim[]>;
}

/**
 * A key per thing handed out, `<prefix><value>`. A key can be created once only, so two servers
 * never hand out the same one.
 */
export class StoreLedger implements Ledger {
  constructor(
    private readonly store: Store,
    private readonly prefix: string,
  ) {}

  async claim({ value, owner, time }: Claim): Promise<boolean> {
    const result = await this.store.create(this.prefix + value, Buffer.from(JSON.stringify({ owner, time })));
    return result.ok;
  }

  async release(value: string, owner: string): Promise<void> {
    const { entry } = await this.store.get(this.prefix + value);
    // Somebody else's by now, or nobody's: nothing to give back.
    if (!entry || this.decode(value, entry.value).owner !== owner) return;
    await this.store.delete(this.prefix + value, entry.revision);
  }

  async list(): Promise<Claim[]> {
    const { entries } = await this.store.list({ prefix: this.prefix });
    return entries.map(({ key, value }) => this.decode(key.slice(this.prefix.length), value));
  }

  private decode(value: string, bytes: Uint8Array): Claim {
    const { owner, time } = JSON.parse(Buffer.from(bytes).toString()) as { owner: string; time: number };
    return { value, owner, time };
  }
}

/** Shows what could be handed out, and hands out nothing: what a dry run claims is forgotten with it. */
export class TrialLedger implements Ledger {
  private readonly claimed = new Set<string>();

  constructor(private readonly ledger: Ledger) {}

  async claim({ value }: Claim): Promise<boolean> {
    const isFree = !this.claimed.has(value) && !(await this.ledger.list()).some((claim) => claim.value === value);
    if (isFree) this.claimed.add(value);
    return isFree;
  }

  async release(value: string): Promise<void> {
    await Promise.resolve();
    this.claimed.delete(value);
  }

  list(): Promise<Claim[]> {
    return this.ledger.list();
  }
}
