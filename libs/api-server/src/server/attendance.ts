import type { Clock } from '@skiff/platform';
import type { ResourceRequestInfo } from '../request/request-info';
import type { Draining } from '../filters/draining';
import { requestKind, type RequestMetrics, type RequestOutcome } from '../filters/request-metrics';

export interface AttendanceOptions {
  readonly requests: RequestMetrics;
  readonly clock: Clock;
  /** Who waits for requests that are soon over, unless they wait for what this request is a part of. */
  readonly draining?: Draining;
}

/** One request from its beginning to its end, as those see it who wait for requests and count them. */
export class Attendance {
  private readonly began: number;
  private isBrief = true;
  private open: ReturnType<RequestMetrics['open']> | undefined;

  /** @param method HTTP's, or the one that REST would have been asked by. */
  constructor(
    private readonly method: string,
    private readonly options: AttendanceOptions,
  ) {
    this.began = options.clock.monotonic();
    options.draining?.begin();
    options.requests.underWay[requestKind(method)] += 1;
  }

  /** It turns out to last: nobody who stops waits for it. `info` is absent for what is not served. */
  lasts(info: ResourceRequestInfo | undefined): void {
    this.leave();
    if (!info) return;
    this.open = this.options.requests.open(this.method, info);
    this.open.inc();
  }

  /** It is over. */
  end(outcome: Omit<RequestOutcome, 'method' | 'seconds'>): void {
    const { clock, requests } = this.options;
    const seconds = (clock.monotonic() - this.began) / 1000;
    requests.observe({ method: this.method, seconds, ...outcome });
    this.leave();
    this.open?.dec();
  }

  private leave(): void {
    if (!this.isBrief) return;
    this.isBrief = false;
    this.options.draining?.end();
    this.options.requests.underWay[requestKind(this.method)] -= 1;
  }
}
