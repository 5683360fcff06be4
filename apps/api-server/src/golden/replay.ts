import { compareAnswer, type Deviation } from './compare-answer';
import type { RecordedScenario, RecordedStep } from './scenario';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What the server wants the user to know. */
  readonly warnings: readonly string[];
}

export type Send = (call: Call) => Promise<Answer>;

/** Plays a scenario in a namespace of its own, and tells where the answers are not as recorded. */
export async function replay(
  scenario: RecordedScenario,
  namespace: string,
  send: Send,
  sleep: (seconds: number) => Promise<void>,
): Promise<Deviation[]> {
  const text = JSON.stringify(scenario).replaceAll('$NS', namespace);
  const { steps, cleanUp } = JSON.parse(text) as RecordedScenario;
  const kept = new Map<string, string>();
  await post(send, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const deviations: Deviation[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.sleepSeconds) await sleep(step.sleepSeconds);
    if (step.method) deviations.push(...(await play(step, `step ${index}`, kept, send)));
  }
  for (const path of cleanUp) await send({ method: 'DELETE', path, headers: {} });
  return deviations;
}

async function play(step: RecordedStep, where: string, kept: Map<string, string>, send: Send): Promise<Deviation[]> {
  const { method = '', path = '', body, contentType, accept, expect } = step;
  const headers = { ...(contentType ? { 'content-type': contentType } : {}), ...(accept ? { accept } : {}) };
  const filled = path.replace(/\$\{(\w+)\}/g, (_, name: string) => encodeURIComponent(kept.get(name) ?? ''));
  const answer = await send({
    method,
    path: filled,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const parsed = parse(answer.body);
  for (const [name, from] of Object.entries(step.keep ?? {})) kept.set(name, String(valueAt(parsed, from)));
  if (!expect) return [];
  if (expect.status !== answer.status)
    return [{ path: `${where} status`, recorded: expect.status, answered: `${answer.status} ${answer.body}` }];
  return compareAnswer(expect.body, parsed, where);
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
