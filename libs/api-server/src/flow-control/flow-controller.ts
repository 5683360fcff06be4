import type { UserInfo } from '../auth/user';
import type { RequestInfo } from '../request/request-info';
import { allocate } from './allocation';
import type { FlowConfig, LevelConfig, SchemaConfig } from './config';
import { deal, hashOf } from './deal';
import { belongsTo, inOrder } from './match';
import type { FlowSeries } from './flow-series';
import { PriorityLevel } from './priority-level';
import { seatsOf } from './seats';

/** To which level, and there to which flow, a request belongs. */
export interface Flow {
  readonly schema: SchemaConfig;
  readonly level: PriorityLevel;
  readonly distinguisher: string;
  /** The queues among which its requests choose. */
  readonly hand: readonly number[];
  /** What its requests are told: UIDs, since names would tell whoever is rejected how others are thought of. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is counted of it, from the first time on. */
  series?: FlowSeries;
}

/** Of all requests of one user that are told apart. */
const mostKnown = 1_000;

/**
 * Knows the levels and their seats, and finds out to which one a request belongs.
 * Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
 */
export class FlowController {
  /** By name. */
  readonly levels = new Map<string, PriorityLevel>();
  /** What a level that wants more than its bounds admit got of its target, at last. */
  fairFraction = 0;
  private schemas: readonly SchemaConfig[] = [];
  /** One user object serves all requests of a connection or a token. */
  private known = new WeakMap<UserInfo, Map<string, Flow>>();

  /**
   * @param seats how many there are.
   * @param monotonic in milliseconds.
   */
  constructor(
    private readonly seats: number,
    private readonly monotonic: () => number,
  ) {}

  /**
   * Takes over what the levels and schemas are now. A level that is gone serves the requests that it has. Schemas that
   * name a level that there is not are not asked; the last one has to take every request.
   */
  configure({ levels, schemas }: FlowConfig): void {
    const wanted = new Map(levels.map((level) => [level.name, level]));
    for (const [name, level] of this.levels) {
      if (!wanted.has(name) && level.isIdle) this.levels.delete(name);
      level.isQuiescing = !wanted.has(name);
    }
    const lingering = [...this.levels.values()].filter(({ isQuiescing }) => isQuiescing);
    const all = [...levels, ...lingering.map(({ config }) => config)];
    for (const config of all) this.configureLevel(config, all);
    this.schemas = inOrder(schemas.filter(({ level }) => wanted.has(level)));
    this.known = new WeakMap();
  }

  /** The flow of a request; undefined where no schema takes it. */
  flowOf(user: UserInfo, info: RequestInfo): Flow | undefined {
    let flows = this.known.get(user);
    if (!flows) this.known.set(user, (flows = new Map()));
    const key = keyOf(info);
    const known = flows.get(key);
    if (known) return known;
    const flow = this.classify(user, info);
    // Names and paths are whatever a request says.
    if (flows.size >= mostKnown) flows.clear();
    if (flow) flows.set(key, flow);
    return flow;
  }

  /**
   * Moves seats from levels that do not want them to those that do; to be called every ten seconds.
   * Upstream: updateBorrowingLocked.
   */
  adjust(): void {
    const levels = [...this.levels.values()];
    const wants = levels.map((level) => {
      level.updateDemand();
      const { nominal, lower, upper } = level.seats;
      const { demand, smoothed } = level.demand;
      const least = Math.max(lower, Math.min(nominal, demand.most));
      return { lower: least, upper, target: Math.max(least, smoothed) };
    });
    const sum = levels.reduce((all, { seats }) => all + seats.nominal, 0);
    const { seats, fairFraction } = allocate(sum, wants);
    this.fairFraction = fairFraction;
    for (const [index, level] of levels.entries()) {
      level.target = wants[index]?.target ?? 0;
      if (!level.config.isExempt) level.limit(Math.round(seats[index] ?? level.currentSeats));
    }
  }

  private configureLevel(config: LevelConfig, all: readonly LevelConfig[]): void {
    const seats = seatsOf(config, all, this.seats);
    const level = this.levels.get(config.name);
    if (level) level.configure(config, seats);
    else this.levels.set(config.name, new PriorityLevel(config, seats, this.monotonic));
  }

  private classify(user: UserInfo, info: RequestInfo): Flow | undefined {
    const schema = this.schemas.find((one) => belongsTo(one, user, info));
    const level = schema && this.levels.get(schema.level);
    if (!level) return undefined;
    const distinguisher = distinguish(schema, user, info);
    const { queuing } = level.config;
    const hand = queuing ? deal(hashOf(schema.name, distinguisher), queuing.queues, queuing.handSize) : [];
    const headers = {
      'X-Kubernetes-Pf-Flowschema-Uid': schema.uid,
      'X-Kubernetes-Pf-Prioritylevel-Uid': level.config.uid,
    };
    return { schema, level, distinguisher, hand, headers };
  }
}

function distinguish({ distinguisher }: SchemaConfig, user: UserInfo, info: RequestInfo): string {
  switch (distinguisher) {
    case 'ByUser':
      return user.name;
    case 'ByNamespace':
      return info.resourceRequest ? info.namespace : '';
    case undefined:
      return '';
  }
}

/** What schemas look at in a request. */
function keyOf(info: RequestInfo): string {
  if (!info.resourceRequest) return `${info.verb} ${info.path}`;
  const { verb, group, resource, subresource, namespace } = info;
  return `${verb}/${resource}/${namespace}/${subresource}/${group}`;
}
