import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { Attribute } from '@skiff/platform';
import type { Outcome } from './outcome';

/** Tells in the span of an attempt which node was chosen and why, or what refused the pod. */
export function describeOutcome(span: Span, outcome: Outcome): void {
  if (!span.isRecording()) return;
  if (outcome.kind === 'chosen') {
    span.setAttribute(Attribute.node, outcome.node);
    const index = outcome.scored.nodes.indexOf(outcome.scored.best);
    for (const { plugin, scores } of outcome.scored.byPlugin) span.addEvent(plugin, { score: scores[index] ?? 0 });
  } else span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.message });
  const byPlugin = new Map<string, number>();
  for (const { plugin } of outcome.refused.values()) byPlugin.set(plugin, (byPlugin.get(plugin) ?? 0) + 1);
  for (const [plugin, nodes] of byPlugin) span.addEvent(plugin, { 'skiff.refused_nodes': nodes });
}
