import type { LevelConfig } from './config';
import type { Seats } from './priority-level';

/**
 * How many seats each level has of all, by its shares, by what it lends and what it may borrow.
 * Upstream: finishQueueSetReconfigsLocked in staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
 */
export function seatsOf(level: LevelConfig, levels: readonly LevelConfig[], total: number): Seats {
  const all = levels.reduce((sum, { shares }) => sum + shares, 0);
  const nominal = all > 0 ? Math.ceil((total * level.shares) / all) : 0;
  const lendable = Math.round((nominal * level.lendablePercent) / 100);
  const { borrowingLimitPercent: percent } = level;
  const borrowing = percent === undefined ? total : Math.round((nominal * percent) / 100);
  return { nominal, lower: nominal - lendable, upper: nominal + borrowing };
}
