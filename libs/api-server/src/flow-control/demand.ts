/** How many seats a level wanted in a time. */
export interface Demand {
  readonly average: number;
  readonly deviation: number;
  readonly most: number;
}

/** How much of what was before is kept each time; upstream's. */
const smoothing = 0.977;

/**
 * Follows how many seats a level wants, those that it has and those that it waits for.
 * Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/integrator.go.
 */
export class DemandIntegrator {
  private current = 0;
  private most = 0;
  private since: number;
  private began: number;
  private area = 0;
  private squares = 0;

  /** @param monotonic in milliseconds. */
  constructor(private readonly monotonic: () => number) {
    this.since = this.began = monotonic();
  }

  set(seats: number, now: number): void {
    if (seats === this.current) return;
    this.integrate(now);
    this.current = seats;
    if (seats > this.most) this.most = seats;
  }

  /** What was wanted since this was asked last. */
  take(): Demand {
    const now = this.monotonic();
    this.integrate(now);
    const time = now - this.began;
    const average = time > 0 ? this.area / time : this.current;
    const variance = time > 0 ? this.squares / time - average ** 2 : 0;
    const demand = { average, deviation: Math.sqrt(Math.max(0, variance)), most: this.most };
    this.began = now;
    this.area = this.squares = 0;
    this.most = this.current;
    return demand;
  }

  private integrate(now: number): void {
    // Times that come together may come in another order.
    const time = Math.max(0, now - this.since);
    this.since += time;
    this.area += this.current * time;
    this.squares += this.current ** 2 * time;
  }
}

/** A level's demand, which rises at once and falls slowly. */
export class SmoothedDemand {
  demand: Demand = { average: 0, deviation: 0, most: 0 };
  smoothed = 0;

  update(demand: Demand): void {
    this.demand = demand;
    const envelope = demand.average + demand.deviation;
    this.smoothed = Math.max(envelope, smoothing * this.smoothed + (1 - smoothing) * envelope);
  }
}
