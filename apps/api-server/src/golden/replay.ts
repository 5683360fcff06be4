import { parseJson, writeJson } from '@skiff/contracts';
import { compareAnswer, type Deviation } from './compare-answer';
import type { Pick, RecordedScenario, RecordedStep } from './scenario';

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
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
}

export type Send = (call: Call) => Promise<Answer>;

/** One request whose answer was recorded, and where today's answer deviates. */
export interface Interaction {
  /** The position of its step in the scenario. */
  readonly step: number;
  readonly deviations: readonly Deviation[];
}

/** What a scenario is played with. */
export interface Stage {
  readonly send: Send;
  readonly sleep: (seconds: number) => Promise<void>;
  /** What stands for `${name}` in it, besides what is kept of answers. */
  readonly names: Readonly<Record<string, string>>;
}

/** Plays a scenario in a namespace of its own. */
export async function replay(
  scenario: RecordedScenario,
  namespace: string,
  { send, sleep, names }: Stage,
): Promise<Interaction[]> {
  const { steps, cleanUp } = inNamespace(scenario, namespace, names);
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

/** What a recording has in place of its namespace, of that in camel case, and of what else has a name. */
function inNamespace(scenario: RecordedScenario, namespace: string, names: Stage['names']): RecordedScenario {
  const camel = namespace.replace(/-(.)/g, (_, sign: string) => sign.toUpperCase());
  const text = writeJson(scenario)
    .replaceAll('$NS', namespace)
    .replaceAll(
      '$Ns',
      camel.replace(/^./, (sign) => sign.toUpperCase()),
    )
    .replaceAll('$ns', camel)
    .replaceAll('${policy}', 'policy/v1');
  const named = Object.entries(names).reduce((filled, [name, value]) => filled.replaceAll(`\${${name}}`, value), text);
  return parseJson(named) as RecordedScenario;
}

async function play(step: RecordedStep, where: string, kept: Map<string, string>, send: Send): Promise<Deviation[]> {
  const answer = await send(callOf(step, kept));
  const parsed = picked(
    step.watch && answer.status === 200 && answer.body.startsWith('{"type"') ? events(answer.body) : parse(answer.body),
    step.pick,
  );
  for (const [name, from] of Object.entries(step.keep ?? {})) kept.set(name, String(valueAt(parsed, from)));
  const { expect } = step;
  if (!expect) return [];
  if (expect.status !== answer.status)
    return [{ path: `${where} status`, recorded: expect.status, answered: `${answer.status} ${answer.body}` }];
  const warnings = expect.warnings ? compareAnswer(expect.warnings, answer.warnings, `${where} warnings`) : [];
  const told = expect.anyOrder ? inOrder(parsed) : parsed;
  const shown = expect.headersShown ?? {};
  const headers = Object.keys(shown).map((name) => [name, headerOf(answer, name)] as const);
  const wrong = compareAnswer(shown, Object.fromEntries(headers), `${where} headers`);
  return [...compareAnswer(expect.body, told, where), ...warnings, ...wrong];
}

/** As the recording shows it: a list where it came several times, null where it did not. */
function headerOf({ headers }: Answer, name: string): unknown {
  const values = headers[name.toLowerCase()] ?? [];
  return values.length > 1 ? values : (values[0] ?? null);
}

/** The lines of a stream. */
const events = (text: string): unknown => ({
  events: text
    .split('\n')
    .filter((line) => line !== '')
    .map(parse),
});

function picked(value: unknown, picks: readonly Pick[] = []): unknown {
  return picks.reduce<unknown>((inner, pick) => pickOne(inner, pick) ?? null, value);
}

function pickOne(value: unknown, pick: Pick): unknown {
  if (typeof pick === 'string') return (value as Readonly<Record<string, unknown>> | null)?.[pick];
  const items = (Array.isArray(value) ? value : []) as unknown[];
  if ('has' in pick) return items.find((item) => String(valueAt(item, pick.has)) === pick.is);
  return items.filter((item) => String(valueAt(item, pick.where)).includes(pick.holds));
}

interface Told {
  readonly message: string;
  readonly details: { readonly causes: readonly { readonly field?: string; readonly message: string }[] };
}

/** What is wrong in the order of its texts, as it was recorded where it has no order. */
function inOrder(answer: unknown): unknown {
  const { message, details } = answer as Partial<Told>;
  // Conflicts of managers are in the order of these anyway.
  if (!message?.includes(' is invalid: ') || !details?.causes) return answer;
  const textOf = (cause: Told['details']['causes'][number]): string => `${cause.field}: ${cause.message}`;
  const causes = details.causes.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  const all = [...new Set(causes.map(textOf))];
  const [head = ''] = message.split(' is invalid: ', 1);
  const what = all.length > 1 ? `[${all.join(', ')}]` : all[0];
  return { ...(answer as Told), message: `${head} is invalid: ${what}`, details: { ...details, causes } };
}

function callOf({ method = '', path = '', body, contentType, accept, headers }: RecordedStep, kept: Kept): Call {
  const filled = fill(headers ?? {}, kept) as NonNullable<RecordedStep['headers']>;
  return {
    method,
    path: path.replace(placeholder, (_, name: string) => encodeURIComponent(kept.get(name) ?? '')),
    headers: { ...(contentType ? { 'content-type': contentType } : {}), ...(accept ? { accept } : {}), ...filled },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : writeJson(fill(body, kept)) }),
  };
}

type Kept = ReadonlyMap<string, string>;

const placeholder = /\$\{(\w+)\}/g;

/** The value with what was kept in place of `${name}`. */
function fill(value: unknown, kept: Kept): unknown {
  if (typeof value === 'string') return value.replace(placeholder, (whole, name: string) => kept.get(name) ?? whole);
  if (Array.isArray(value)) return value.map((item) => fill(item, kept));
  if (typeof value !== 'object' || value === null || value instanceof Number) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item, kept)]));
}

const post = (send: Send, path: string, body: unknown): Promise<Answer> =>
  send({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

function parse(text: string): unknown {
  try {
    return parseJson(text);
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
