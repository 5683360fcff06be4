import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One request of a recorded scenario; without `expect` it is only set-up. */
export interface RecordedStep {
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Values of the answer to keep, by dotted path, for `${name}` in later steps. */
  readonly keep?: Readonly<Record<string, string>>;
  readonly sleepSeconds?: number;
  readonly expect?: { readonly status: number; readonly body: unknown };
}

/** Requests in order, in a fresh namespace that `$NS` stands for. */
export interface RecordedScenario {
  readonly scenario: string;
  readonly steps: readonly RecordedStep[];
  readonly cleanUp: readonly string[];
}

export function readScenarios(): RecordedScenario[] {
  return readFileSync(join(__dirname, '../../../../libs/api-server/fixtures/scenarios.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedScenario);
}
