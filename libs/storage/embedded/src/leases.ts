import { randomBytes } from 'node:crypto';
import { LeaseNotFoundError } from '@skiff/storage';
import type { Clock, Timer } from '@skiff/platform';
import type { Committer } from './committer';
import type { Tables } from './tables';

interface Lease {
  readonly ttlSeconds: number;
  timer: Timer;
}

/** Leases and their timers. After a restart every lease starts its time to live anew, as etcd's do. */
export class Leases {
  private readonly leases = new Map<bigint, Lease>();

  constructor(
    private readonly tables: Tables,
    private readonly committer: Committer,
    private readonly clock: Clock,
    /** Told when a lease that ran out could not be ended; it is tried again after its time to live. */
    private readonly failed: (lease: bigint, error: unknown) => void,
  ) {
    for (const { id, ttlSeconds } of tables.leases) this.arm(id, ttlSeconds);
  }

  stop(): void {
    for (const { timer } of this.leases.values()) timer.cancel();
  }

  has(lease: bigint): boolean {
    return this.leases.has(lease);
  }

  async grant(ttlSeconds: number): Promise<bigint> {
    const id = randomBytes(8).readBigUInt64BE() >> 1n;
    const ttl = Math.max(1, Math.ceil(ttlSeconds));
    await this.committer.submit((batch) => {
      batch.grantLease(id, ttl);
    });
    this.arm(id, ttl);
    return id;
  }

  keepAlive(id: bigint): void {
    const lease = this.leases.get(id);
    if (lease === undefined) throw new LeaseNotFoundError(id);
    lease.timer.cancel();
    this.arm(id, lease.ttlSeconds);
  }

  async revoke(id: bigint): Promise<void> {
    const lease = this.leases.get(id);
    if (lease === undefined) return;
    await this.committer.submit((batch) => {
      batch.endLease(id, this.tables.leaseKeys(id));
    });
    lease.timer.cancel();
    this.leases.delete(id);
  }

  private arm(id: bigint, ttlSeconds: number): void {
    const timer = this.clock.after(ttlSeconds * 1000, () => {
      this.revoke(id).catch((error: unknown) => {
        this.failed(id, error);
        this.arm(id, ttlSeconds);
      });
    });
    this.leases.set(id, { ttlSeconds, timer });
  }
}
