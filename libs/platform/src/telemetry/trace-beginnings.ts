import type { Attributes } from '@opentelemetry/api';
import type { Clock } from '../clock/clock';

export interface BeginningsOptions {
  /** The share of new traces that are kept, 0 to 1. */
  readonly share: number;
  /** New traces of one operation that are kept a second in the long run; 0 is no limit. */
  readonly perSecond: number;
  readonly clock: Clock;
}

/** What an operation may use at once, in seconds of its rate. */
const burstSeconds = 50;
/** Methods of HTTP/2 are what a client makes of them; beyond this many, operations share one budget. */
const maxOperations = 64;

/** Says which traces may begin, so that a busy service pays no more for its traces than an idle one. */
export class Beginnings {
  private readonly budgets = new Map<string, Budget>();

  constructor(private readonly options: BeginningsOptions) {}

  /** Whether a trace that nobody caused is kept; counts it if so. */
  mayBegin(name: string, attributes: Attributes = {}): boolean {
    const { share, perSecond, clock } = this.options;
    if (share < 1 && Math.random() >= share) return false;
    if (perSecond === 0) return true;
    const operation = operationOf(name, attributes);
    const known = this.budgets.has(operation) || this.budgets.size < maxOperations ? operation : '';
    let budget = this.budgets.get(known);
    if (!budget) this.budgets.set(known, (budget = new Budget(perSecond, clock)));
    return budget.take();
  }
}

/** A token bucket. */
class Budget {
  private left: number;
  private at: number;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {
    this.left = perSecond * burstSeconds;
    this.at = clock.monotonic();
  }

  take(): boolean {
    const now = this.clock.monotonic();
    this.left = Math.min(this.perSecond * burstSeconds, this.left + ((now - this.at) / 1_000) * this.perSecond);
    this.at = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}

/** Requests are told apart by their method, since the names of their spans are without number. */
function operationOf(name: string, attributes: Attributes): string {
  const method = attributes['http.request.method'] ?? attributes['rpc.method'];
  return typeof method === 'string' ? method : name;
}
