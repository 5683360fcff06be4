import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@skiff/contracts';

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
  /** The answer is a stream of lines, which ends by itself. */
  readonly watch?: boolean;
  /** Nothing but these parts of the answer was recorded. */
  readonly pick?: readonly Pick[];
  readonly expect?: {
    readonly status: number;
    readonly body: unknown;
    /** The `Warning` headers, where they were looked at. */
    readonly warnings?: readonly string[];
    /** The recorded server told what is wrong in the order of a map of Go. */
    readonly anyOrder?: boolean;
    /** Headers of the answer, where they were looked at. */
    readonly headersShown?: Readonly<Record<string, string | readonly string[] | null>>;
  };
}

/** A part of an answer: a member, the one item of a list of which something is so, or all items whose text holds another. */
export type Pick =
  string | { readonly has: string; readonly is: string } | { readonly where: string; readonly holds: string };

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
    .map((line) => parseJson(line) as RecordedScenario);
}
