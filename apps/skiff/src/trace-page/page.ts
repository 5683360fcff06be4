import type { skifftracesv1 } from '@skiff/contracts';
import { formatMicros } from '@skiff/platform';
import { stepsBelow, stepsOf, type Step } from './steps';
import { style } from './style';

export interface PageOptions {
  /** What the page is about, such as "Deployment web". */
  readonly title: string;
  /** Whether the latest spans are left off. */
  readonly truncated: boolean;
}

/** The span of time that a page shows, in microseconds. */
interface Scale {
  readonly origin: number;
  readonly length: number;
}

/** Services in the order in which a rollout passes them: the style has a colour for each. */
const order = ['api-server', 'controller-manager', 'scheduler', 'kubelet', 'proxy', 'dns'];

/**
 * Causal trees as one HTML page, which loads nothing: a line for each step of the story, indented under what
 * caused it, beside a bar on a common scale of time. Steps that show the same as one before them are closed,
 * and what only belongs to the inside of a step is hidden until the reader asks for it.
 */
export function renderPage(roots: readonly skifftracesv1.SpanNode[], { title, truncated }: PageOptions): string {
  const steps = roots.map(stepsOf);
  const all = steps.flatMap((step) => [step, ...stepsBelow(step)]);
  const scale = scaleOf(all);
  const services = [...new Set(all.map(({ service }) => service))].toSorted((left, right) => rank(left) - rank(right));
  const spans = all.reduce((count, step) => count + step.spans.length, 0);
  const summary = `${formatMicros(scale.length)} from the first request to the last effect, ${spans} spans of ${services.length} services`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}: what caused what</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(summary)}${truncated ? '; the latest spans are left off' : ''}</p>
<p class="legend">${services.map((name) => `<span class="${colour(name)}">${escaped(name)}</span>`).join('')}<i>▸ followed from it, without being called</i></p>
<input type="checkbox" id="everything"><label for="everything">Show admission, storage and what changed nothing too</label>
<div class="line axis"><b></b><span class="track">${ticks(scale)}</span></div>
<main>
${steps.map((step) => rendered(step, scale, 0)).join('')}</main>
</body>
</html>
`;
}

function scaleOf(steps: readonly Step[]): Scale {
  const origin = Math.min(...steps.map(({ start }) => start));
  const end = Math.max(...steps.map(({ start, duration }) => start + duration));
  return { origin, length: Math.max(end - origin, 1) };
}

/** Marks at about five round times. */
function ticks({ length }: Scale): string {
  const rough = length / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const count = Math.floor(length / step);
  return Array.from({ length: count + 1 }, (_, index) => index * step)
    .map((at) => `<em style="left:${percent(at, length)}">${at === 0 ? '0' : formatMicros(at)}</em>`)
    .join('');
}

function rendered(step: Step, scale: Scale, depth: number): string {
  const below = [
    ...step.quiet.map((child) => ({ child, quiet: true })),
    ...step.children.map((child) => ({ child, quiet: false })),
  ].toSorted((left, right) => left.child.start - right.child.start);
  const line = lineOf(step, scale, depth);
  if (below.length === 0) return `<div class="step leaf">${line}</div>\n`;
  const inside = below
    .map(({ child, quiet }) => {
      const text = rendered(child, scale, depth + 1);
      return quiet ? `<div class="quiet">${text}</div>\n` : text;
    })
    .join('');
  const empty = step.children.length === 0 ? ' inner' : '';
  return `<details class="step${empty}"${step.open ? ' open' : ''}><summary>${line}</summary>\n${inside}</details>\n`;
}

function lineOf(step: Step, scale: Scale, depth: number): string {
  const { origin, length } = scale;
  const left = percent(step.start - origin, length);
  const width = percent(step.duration, length);
  const where = step.node === '' ? step.service : `${step.service} on ${step.node}`;
  const about = `${where}, ${formatMicros(step.duration)}, ${formatMicros(step.start - origin)} after the start`;
  const error = step.error === '' ? '' : `<strong>✗ ${escaped(step.error)}</strong>`;
  const end = (step.start - origin + step.duration) / length;
  const side =
    end > 0.85
      ? ` class="before" style="right:${percent(length - (step.start - origin), length)}"`
      : ` style="left:${percent(step.start - origin + step.duration, length)}"`;
  return (
    `<span class="line" title="${escaped(`${about}\n${detailsOf(step)}`)}">` +
    `<b class="${colour(step.service)}" style="padding-left:${depth * 0.85 + 0.9}em">` +
    `${step.follows ? '<i>▸</i>' : ''}${escaped(step.label)} <s>${escaped(step.subject)}</s>${error}</b>` +
    `<span class="track"><u class="${colour(step.service)}" style="left:${left};width:${width}"></u>` +
    `<small${side}>${formatMicros(step.duration)}</small></span></span>`
  );
}

/** Names and attributes of a step's spans, for whoever points at it. */
function detailsOf(step: Step): string {
  return step.spans
    .flatMap(({ name = '', attributes = {} }) => [
      name,
      ...Object.entries(attributes)
        .filter(([, value]) => value !== '')
        .map(([key, value]) => `  ${key}: ${value}`),
    ])
    .join('\n');
}

function rank(service: string): number {
  const position = order.indexOf(service);
  return position < 0 ? order.length : position;
}

/** A class of the style. */
function colour(service: string): string {
  return `s${rank(service)}`;
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(2)}%`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
