import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { apiVersionOf, type Kind } from '@skiff/contracts';
import { damaged, latin1, type Input } from './input';
import { mutated } from './mutations';

interface Step {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

const folder = join(__dirname, '../../libs/api-server/fixtures');

/** Requests as clients send them, of the scenarios that upstream's answers were recorded of. */
const steps = ['scenarios.jsonl', 'basics.jsonl']
  .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
  .flatMap((line) => (JSON.parse(line) as { steps: Step[] }).steps)
  .flatMap((step) => (step.method === undefined ? [] : [{ ...step, method: step.method }]))
  .map((step) => ({ ...step, path: step.path.replaceAll('$NS', 'default') }));

const creations = steps.filter(({ method, body }) => method === 'POST' && typeof body === 'object' && body !== null);

/** What was recorded of a kind. */
export function recordedObjects({ kind, ...version }: Kind): object[] {
  return creations
    .map(({ body }) => body as { apiVersion?: unknown; kind?: unknown })
    .filter((body) => body.kind === kind && body.apiVersion === apiVersionOf(version));
}

/** Recorded requests, some with mistakes. They keep their names, so that patches meet what was created. */
export const recordedRequests: fc.Arbitrary<Omit<Input, 'over'>> = fc
  .oneof(fc.constantFrom(...steps), fc.constantFrom(...creations))
  .chain(({ method, path, body, contentType }): fc.Arbitrary<Omit<Input, 'over'>> => {
    if (body === undefined) return fc.constant({ method, path, headers: {}, body: '' });
    return mutated(body)
      .chain((value) => damaged(value === undefined ? '' : latin1(JSON.stringify(value))))
      .map((sent) => ({ method, path, headers: { 'content-type': contentType ?? 'application/json' }, body: sent }));
  });
