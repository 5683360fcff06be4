import type { skifftracesv1 } from '@skiff/contracts';
import { formatMicros } from '@skiff/platform';
import { stepsBelow, stepsOf, type Step } from './steps';

interface Line {
  readonly step: Step;
  readonly text: string;
}

/**
 * Causal trees for a terminal: a line for each step of the story, with its time of day, how long it took and who
 * did it, indented under what caused it. Steps like one before them are closed, as on the page.
 *
 * @param columns cuts lines; undefined leaves them whole.
 */
export function renderStory(roots: readonly skifftracesv1.SpanNode[], columns: number | undefined): string {
  const lines = roots.flatMap((root) => [...linesOf(stepsOf(root), '', '')]);
  const durations = lines.map(({ step }) => formatMicros(step.duration));
  const services = lines.map(({ step }) => (step.node === '' ? step.service : `${step.service}/${step.node}`));
  const [first, second] = [widest(durations), widest(services)];
  return lines
    .map(({ step, text }, index) => {
      const [duration = '', service = ''] = [durations[index], services[index]];
      const line = `${timeOfDay(step.start)}  ${duration.padStart(first)}  ${service.padEnd(second)}  ${text}`;
      return columns !== undefined && line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
    })
    .join('\n');
}

function* linesOf(step: Step, lead: string, indent: string): Generator<Line> {
  const hidden = step.open ? 0 : [...stepsBelow(step)].length;
  const error = step.error === '' ? '' : `  ✗ ${step.error}`;
  const more = hidden > 0 ? `  … ${hidden} more, as before` : '';
  yield { step, text: `${lead}${step.follows ? '▸ ' : ''}${step.label} ${step.subject}`.trimEnd() + error + more };
  if (!step.open) return;
  const children = step.children.toSorted((left, right) => left.start - right.start);
  for (const [position, child] of children.entries()) {
    const last = position === children.length - 1;
    yield* linesOf(child, `${indent}${last ? '└─ ' : '├─ '}`, `${indent}${last ? '   ' : '│  '}`);
  }
}

/** The changes of an object, latest first, numbered as `--change` takes them. */
export function renderChanges(roots: readonly skifftracesv1.SpanNode[]): string[][] {
  const rows = roots.map((root, index) => {
    const step = stepsOf(root);
    return [
      String(index + 1),
      timeOfDay(step.start),
      String([...stepsBelow(step)].length + 1),
      `${step.label} ${step.subject}`,
    ];
  });
  return [['CHANGE', 'TIME', 'STEPS', 'WHAT'], ...rows];
}

/** Of microseconds since the epoch, in this machine's time zone, with milliseconds. */
export function timeOfDay(micros: number): string {
  const time = new Date(micros / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const milliseconds = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`;
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));
