import type { Deviation } from './compare-answer';
import type { Difference } from './differences/difference';
import { replay } from './replay';
import { readScenarios, type RecordedScenario } from './scenario';
import { startTestServer, type TestServer } from './server';

type Verdict = 'agree' | 'reviewed' | 'open';

/** A recording of today's version of the original. */
export interface Recording {
  /** The name of its file. */
  readonly name: string;
  /** Where the answer is right though it is not the recorded one. */
  readonly differences: readonly Difference[];
  /** Scenarios that are not answered as recorded yet, with what is missing. */
  readonly pending: ReadonlyMap<string, string>;
  readonly sleep: (seconds: number) => Promise<void>;
  /** Starts the server, where it is not one that is alone. */
  readonly start?: () => Promise<PlayedServer>;
}

export interface PlayedServer {
  readonly server: Pick<TestServer, 'send' | 'close'>;
  /** What stands for `${name}` in the recording. */
  readonly names: Readonly<Record<string, string>>;
}

const startAlone = async (): Promise<PlayedServer> => ({ server: await startTestServer(), names: {} });

/** The worst of a scenario's verdicts. */
const overall = (verdicts: readonly Verdict[]): Verdict =>
  (['open', 'reviewed'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'agree';

function tell(what: string, verdicts: readonly Verdict[]): string {
  const count = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  return `${verdicts.length} ${what}: ${count('agree')} agree, ${count('reviewed')} differ for a reason, ${count('open')} open`;
}

/** Holds the server to a recording. What does not agree has to be on one of its lists, and nothing else may be there. */
export function describeRecording(played: Recording): void {
  const { name: recording, differences, pending, sleep, start = startAlone } = played;
  describe(`the API server answers as recorded in ${recording}`, () => {
    const scenarios = readScenarios(recording);
    const used = new Set<Difference>();
    const interactions: Verdict[] = [];
    const wholes: Verdict[] = [];
    let server: PlayedServer['server'];
    let names: PlayedServer['names'];

    beforeAll(async () => {
      ({ server, names } = await start());
    }, 30_000);

    afterAll(async () => {
      await server.close();
      console.log(`${recording}: ${tell('interactions', interactions)}; ${tell('scenarios', wholes)}`);
    });

    function reviewed(scenario: string, deviation: Deviation): boolean {
      const found = differences.find(
        ({ scenario: where, path, holds }) =>
          (where?.test(scenario) ?? true) && path.test(deviation.path) && (holds?.(deviation) ?? true),
      );
      if (found) used.add(found);
      return found !== undefined;
    }

    async function judge(scenario: RecordedScenario, index: number): Promise<Verdict[]> {
      const namespace = `g-${index.toString(16).padStart(8, '0')}`;
      const played = await replay(scenario, namespace, { send: server.send, sleep, names });
      const open = played.map(({ deviations }) => deviations.filter((one) => !reviewed(scenario.scenario, one)));
      const why = pending.get(scenario.scenario);
      if (why === undefined) expect(open.flat()).toEqual([]);
      // Whoever makes a pending scenario agree takes it off the list.
      else expect({ why, open: open.flat() }).not.toEqual({ why, open: [] });
      return played.map(({ deviations }, step) =>
        open[step]?.length ? 'open' : deviations.length ? 'reviewed' : 'agree',
      );
    }

    it.each(scenarios.map((scenario, index) => ({ name: scenario.scenario, scenario, index })))(
      '$name',
      async ({ scenario, index }) => {
        const verdicts = await judge(scenario, index);
        interactions.push(...verdicts);
        wholes.push(overall(verdicts));
      },
    );

    it('has no reviewed difference that has become needless', () => {
      expect(differences.filter((difference) => !used.has(difference)).map(({ reason }) => reason)).toEqual([]);
    });

    it('has no pending scenario that does not exist', () => {
      const names = new Set(scenarios.map(({ scenario }) => scenario));
      expect([...pending.keys()].filter((name) => !names.has(name))).toEqual([]);
    });
  });
}
