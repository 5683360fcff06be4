import { compareAnswer, type Deviation } from './compare-answer';
import type { RecordedScenario, RecordedStep } from './scenario';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What the server wants the user to know. */
  readonly warnings: readonly string[];
}

export type Send = (call: Call) => Promise<Answer>;

/** One request whose answer was recorded, and where today's answer deviates. */
export interface Interaction {
  /** The position of its step in the scenario. */
  readonly step: number;
  readonly deviations: readonly Deviation[];
}

/** Plays a scenario in a namespace of its own. */
export async function replay(
  scenario: RecordedScenario,
  namespace: string,
  send: Send,
  sleep: (seconds: number) => Promise<void>,
): Promise<Interaction[]> {
  const text = JSON.stringify(scenario).replaceAll('$NS', namespace).replaceAll('${policy}', 'policy/v1');
  const { steps, cleanUp } = JSON.parse(text) as RecordedScenario;
  const kept = new Map<string, string>();
  await post(send, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const interactions: Interaction[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.sleepSeconds) await sleep(step.sleepSeconds);
    if (!step.method) continue;
    const deviations = await play(step, `step ${index}`, kept, send);
    if (step.expect) interactions.push({ step: index, deviations });
  }
  for (const path of cleanUp) await send({ method: 'DELETE', path, headers: {} });
  return interactions;
}

async function play(step: RecordedStep, where: string, kept: Map<string, string>, send: Send): Promise<Deviation[]> {
  const answer = await send(callOf(step, kept));
  const parsed = parse(answer.body);
  for (const [name, from] of Object.entries(step.keep ?? {})) kept.set(name, String(valueAt(parsed, from)));
  const { expect } = step;
  if (!expect) return [];
  if (expect.status !== answer.status)
    return [{ path: `${where} status`, recorded: expect.status, answered: `${answer.status} ${answer.body}` }];
  const warnings = expect.warnings ? compareAnswer(expect.warnings, answer.warnings, `${where} warnings`) : [];
  return [...compareAnswer(expect.body, parsed, where), ...warnings];
}

function callOf({ method = '', path = '', body, contentType, accept, headers }: RecordedStep, kept: Kept): Call {
  const filled = fill(headers ?? {}, kept) as NonNullable<RecordedStep['headers']>;
  return {
    method,
    path: path.replace(placeholder, (_, name: string) => encodeURIComponent(kept.get(name) ?? '')),
    headers: { ...(contentType ? { 'content-type': contentType } : {}), ...(accept ? { accept } : {}), ...filled },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(fill(body, kept)) }),
  };
}

type Kept = ReadonlyMap<string, string>;

const placeholder = /\$\{(\w+)\}/g;

/** The value with what was kept in place of `${name}`. */
function fill(value: unknown, kept: Kept): unknown {
  if (typeof value === 'string') return value.replace(placeholder, (whole, name: string) => kept.get(name) ?? whole);
  if (Array.isArray(value)) return value.map((item) => fill(item, kept));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item, kept)]));
}

const post = (send: Send, path: string, body: unknown): Promise<Answer> =>
  send({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A health check answers with text.
    return { text };
  }
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Readonly<Record<string, unknown>> | undefined)?.[name], value);
}
