import { hasReason } from '@skiff/apimachinery';
import { LeaseNotFoundError, type Store } from '@skiff/storage';

const prefix = '/masterleases/';
/** A server that does not renew for so long is taken for dead: upstream's default. */
const ttlSeconds = 15;

/** Which API servers of a cluster live, by keys in the store that go away with them. Upstream: the lease endpoint reconciler. */
export class ServerLeases {
  private lease: bigint | undefined;

  constructor(
    private readonly store: Store,
    private readonly address: string,
  ) {}

  /** Says that this server lives. */
  async renew(): Promise<void> {
    if (this.lease !== undefined && (await this.keepAlive(this.lease))) return;
    const lease = await this.store.grantLease(ttlSeconds);
    await this.write(lease);
    this.lease = lease;
  }

  /** The addresses of all that live, in order. */
  async addresses(): Promise<string[]> {
    const { entries } = await this.store.list({ prefix });
    return entries.map(({ key }) => key.slice(prefix.length));
  }

  /** Says that this server no longer lives. */
  async end(): Promise<void> {
    if (this.lease !== undefined) await this.store.revokeLease(this.lease);
    this.lease = undefined;
  }

  private async keepAlive(lease: bigint): Promise<boolean> {
    try {
      await this.store.keepLeaseAlive(lease);
      return true;
    } catch (error) {
      // The store was away for longer than the lease lasts.
      if (error instanceof LeaseNotFoundError || hasReason(error, 'NotFound')) return false;
      throw error;
    }
  }

  /** Takes over the key that a former life of this server left. */
  private async write(lease: bigint): Promise<void> {
    const key = `${prefix}${this.address}`;
    const none = Buffer.alloc(0);
    let result = await this.store.create(key, none, { lease });
    while (!result.ok) result = await this.store.update(key, none, result.current?.revision ?? 0n, { lease });
  }
}
