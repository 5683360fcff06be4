import type { skiffschedulerv1 } from '@skiff/contracts';
import { table } from '../text/table';

/** A decision as text: what became of the pod, then a line for each node with its scores or who refused it. */
export function renderDecision(pod: string, decision: skiffschedulerv1.ExplainResponse): string {
  const { node: chosen = '', message = '', nodes = [], timeMilliseconds = 0 } = decision;
  const rows = [...nodes]
    .sort((a, b) => Number(b.feasible) - Number(a.feasible) || (b.totalScore ?? 0) - (a.totalScore ?? 0))
    .map((verdict) => rowOf(verdict, chosen));
  const lines = table([['NODE', 'VERDICT', 'SCORE', 'WHY'], ...rows]);
  const outcome = chosen === '' ? `${pod} is pending: ${message}` : message;
  return [`${outcome}`, `Decided at ${new Date(timeMilliseconds).toISOString()}.`, '', ...lines].join('\n');
}

function rowOf(
  { node = '', feasible, plugins = [], totalScore = 0 }: skiffschedulerv1.NodeVerdict,
  chosen: string,
): string[] {
  if (!feasible) return [node, 'refused', '', plugins.map(({ plugin, reason }) => `${plugin}: ${reason}`).join('; ')];
  const scores = plugins.map(({ plugin, score }) => `${plugin} ${round(score)}`).join(', ');
  const why = scores === '' ? 'the only node that fits' : scores;
  return [node, node === chosen ? 'chosen' : 'fits', scores === '' ? '' : round(totalScore), why];
}

const round = (score = 0): string => String(Math.round(score));
