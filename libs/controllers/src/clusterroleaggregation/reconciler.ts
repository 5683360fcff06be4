import { Kinds } from '@skiff/contracts';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { keyOf } from '../shared/keys';
import { semanticEqual } from '../shared/semantic-equal';
import { aggregateRules } from './plan';

/**
 * Gives ClusterRoles with an aggregation rule, such as admin, edit and view, the rules
 * of the roles that they select.
 *
 * Retry: an API error, a conflict included, with back-off. Upstream:
 * pkg/controller/clusterroleaggregation.
 */
export class ClusterRoleAggregationController implements Controller {
  readonly workers = 5;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const roles = this.base.caches.of(Kinds.ClusterRole);
    const wakeAll = (): void => {
      for (const role of roles.list()) if (role.aggregationRule) queue.add(keyOf(role));
    };
    roles.subscribe({ added: wakeAll, updated: wakeAll, deleted: wakeAll });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client } = this.base;
    const role = caches.of(Kinds.ClusterRole).get(key);
    if (!role?.aggregationRule) return done;
    const rules = aggregateRules(role, caches.of(Kinds.ClusterRole).list());
    if (semanticEqual(rules, role.rules)) return done;
    await client.update(Kinds.ClusterRole, { ...role, rules }, { signal });
    return done;
  }
}
