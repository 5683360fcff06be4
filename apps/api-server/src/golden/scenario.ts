import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One request of a recorded scenario; without `expect` it is only set-up. */
export interface RecordedStep {
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Headers to send as they are; a list is a header that comes several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Values of the answer to keep, by dotted path, for `${name}` in later steps. */
  readonly keep?: Readonly<Record<string, string>>;
  readonly sleepSeconds?: number;
  readonly expect?: {
    readonly status: number;
    readonly body: unknown;
    /** The `Warning` headers, where they were looked at. */
    readonly warnings?: readonly string[];
  };
}

/** Requests in order, in a fresh namespace that `$NS` stands for. */
export interface RecordedScenario {
  readonly scenario: string;
  readonly steps: readonly RecordedStep[];
  readonly cleanUp: readonly string[];
}

/** The scenarios of a recording, by the name of its file. */
export function readScenarios(recording: string): RecordedScenario[] {
  return readFileSync(join(__dirname, '../../../../libs/api-server/fixtures', `${recording}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedScenario);
}
