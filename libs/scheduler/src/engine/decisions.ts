import type { skiffschedulerv1 } from '@skiff/contracts';
import type { Outcome } from './outcome';

/** How many pods' decisions are kept, and how many nodes of each. */
const mostDecisions = 2_000;
const mostNodes = 50;

/** Why pods are where they are, or pending: the last decision about each, bounded. */
export class Decisions {
  private readonly byPod = new Map<string, skiffschedulerv1.ExplainResponse>();

  record(podKey: string, outcome: Outcome, message: string, timeMilliseconds: number): void {
    const decision = {
      node: outcome.kind === 'chosen' ? outcome.node : '',
      message,
      nodes: verdicts(outcome),
      timeMilliseconds,
    };
    this.byPod.delete(podKey);
    this.byPod.set(podKey, decision);
    const [oldest] = this.byPod.keys();
    if (this.byPod.size > mostDecisions && oldest !== undefined) this.byPod.delete(oldest);
  }

  get(podKey: string): skiffschedulerv1.ExplainResponse | undefined {
    return this.byPod.get(podKey);
  }

  forget(podKey: string): void {
    this.byPod.delete(podKey);
  }
}

/** The chosen node first, then the first of the other suitable ones, then of the refused ones. */
function verdicts(outcome: Outcome): skiffschedulerv1.NodeVerdict[] {
  const nodes: skiffschedulerv1.NodeVerdict[] = [];
  if (outcome.kind === 'chosen') {
    const { scored } = outcome;
    const chosen = scored.nodes.indexOf(scored.best);
    const verdict = (index: number): skiffschedulerv1.NodeVerdict => ({
      node: scored.nodes[index]?.name ?? '',
      feasible: true,
      plugins: scored.byPlugin.map(({ plugin, scores }) => ({ plugin, reason: '', score: scores[index] ?? 0 })),
      totalScore: scored.totals[index] ?? 0,
    });
    nodes.push(verdict(chosen));
    for (let index = 0; index < scored.nodes.length && nodes.length < mostNodes / 2; index += 1)
      if (index !== chosen) nodes.push(verdict(index));
  }
  for (const [node, { plugin, rejection }] of outcome.refused) {
    if (nodes.length >= mostNodes) break;
    nodes.push({
      node,
      feasible: false,
      plugins: [{ plugin, reason: rejection.reasons.join(', '), score: 0 }],
      totalScore: 0,
    });
  }
  return nodes;
}
