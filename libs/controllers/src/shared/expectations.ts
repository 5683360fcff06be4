import type { Clock } from '@skiff/platform';

interface Expectation {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: number;
}

/** After this long unmet expectations are given up, in case a watch event was lost. */
export const expectationsTimeout = 5 * 60_000;

/**
 * What a controller has written and its informers have not shown yet. While
 * expectations of an owner are open, acting on the cache would create or delete
 * twice. Modelled on UIDTrackingControllerExpectations of kube-controller-manager.
 */
export class Expectations {
  private readonly byOwner = new Map<string, Expectation>();

  constructor(private readonly clock: Clock) {}

  /** Replaces what is expected for an owner. `deletions` are uids. */
  expect(owner: string, creations: number, deletions: Iterable<string> = []): void {
    this.byOwner.set(owner, { creations, deletions: new Set(deletions), since: this.clock.now() });
  }

  creationObserved(owner: string, count = 1): void {
    const expectation = this.byOwner.get(owner);
    if (expectation) expectation.creations -= count;
  }

  deletionObserved(owner: string, uid: string): void {
    this.byOwner.get(owner)?.deletions.delete(uid);
  }

  /** Whether nothing is outstanding, so that the cache may be acted upon. */
  satisfied(owner: string): boolean {
    const expectation = this.byOwner.get(owner);
    if (!expectation) return true;
    if (expectation.creations <= 0 && expectation.deletions.size === 0) return true;
    return this.clock.now() - expectation.since > expectationsTimeout;
  }

  forget(owner: string): void {
    this.byOwner.delete(owner);
  }
}
