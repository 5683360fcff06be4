import { setTimeout as sleep } from 'node:timers/promises';
import type { Deviation } from './compare-answer';
import type { Difference } from './differences/difference';
import { differences } from './differences/differences';
import { pending } from './pending';
import { replay } from './replay';
import { readScenarios, type RecordedScenario } from './scenario';
import { startTestServer, type TestServer } from './server';
import { answerTo } from './webhooks/answers';
import { startWebhookProgram, type WebhookProgram } from './webhooks/program';

type Verdict = 'agree' | 'differ by 1.35' | 'open';

interface Recording {
  readonly name: string;
  readonly sleep: (seconds: number) => Promise<void>;
  /** Whether webhooks are asked in it. */
  readonly asksWebhooks?: boolean;
}

const recordings: readonly Recording[] = [
  { name: 'scenarios', sleep: (seconds) => sleep(seconds * 1000) },
  // Sleeps only gave the recorded server's watches time; this one sees what is written at once.
  { name: 'basics', sleep: () => Promise.resolve() },
  { name: 'apply', sleep: () => Promise.resolve() },
  { name: 'hooks', sleep: () => Promise.resolve(), asksWebhooks: true },
];
const recorded = new Map(recordings.map(({ name }) => [name, readScenarios(name)]));
const used = new Set<Difference>();

function reviewed(scenario: string, deviation: Deviation): boolean {
  const found = differences.find(
    ({ scenario: where, path, holds }) =>
      (where?.test(scenario) ?? true) && path.test(deviation.path) && (holds?.(deviation) ?? true),
  );
  if (found) used.add(found);
  return found !== undefined;
}

/** The worst of a scenario's verdicts. */
const overall = (verdicts: readonly Verdict[]): Verdict =>
  (['open', 'differ by 1.35'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'agree';

function tell(what: string, verdicts: readonly Verdict[]): string {
  const count = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  return `${verdicts.length} ${what}: ${count('agree')} agree, ${count('differ by 1.35')} differ by 1.35, ${count('open')} open`;
}

describe.each(recordings)(
  'the API server answers as recorded in $name',
  ({ name: recording, sleep: pause, asksWebhooks }) => {
    const scenarios = recorded.get(recording) ?? [];
    const interactions: Verdict[] = [];
    const wholes: Verdict[] = [];
    let server: TestServer;
    let webhooks: WebhookProgram | undefined;

    beforeAll(async () => {
      server = await startTestServer();
      if (asksWebhooks) webhooks = await startWebhookProgram(answerTo);
    }, 30_000);

    afterAll(async () => {
      await server.close();
      await webhooks?.close();
      console.log(`${recording}: ${tell('interactions', interactions)}; ${tell('scenarios', wholes)}`);
    });

    /** Whoever makes a pending scenario agree takes it off the list. */
    async function judge(scenario: RecordedScenario, index: number): Promise<Verdict[]> {
      const { scenario: name } = scenario;
      const namespace = `g-${index.toString(16).padStart(8, '0')}`;
      const { hookUrl = '', caBundle = '' } = webhooks ?? {};
      const stage = { send: server.send, sleep: pause, names: { hookUrl, caBundle } };
      const played = await replay(scenario, namespace, stage);
      const wrong = played.flatMap(({ deviations }) => deviations.filter((deviation) => !reviewed(name, deviation)));
      if (pending.has(name)) {
        expect(wrong).not.toEqual([]);
        return played.map(() => 'open');
      }
      expect(wrong).toEqual([]);
      return played.map(({ deviations }) => (deviations.length ? 'differ by 1.35' : 'agree'));
    }

    it.each(scenarios.map((scenario, index) => ({ name: scenario.scenario, scenario, index })))(
      '$name',
      async ({ scenario, index }) => {
        const verdicts = await judge(scenario, index);
        interactions.push(...verdicts);
        wholes.push(overall(verdicts));
      },
    );
  },
);

describe('the lists of what deviates', () => {
  const scenarios = [...recorded.values()].flat();

  it('have no reviewed difference that has become needless', () => {
    expect(differences.filter((difference) => !used.has(difference)).map(({ reason }) => reason)).toEqual([]);
  });

  it('have no pending scenario that does not exist', () => {
    const names = new Set(scenarios.map(({ scenario }) => scenario));
    expect([...pending.keys()].filter((name) => !names.has(name))).toEqual([]);
  });
});
