import { setTimeout as sleep } from 'node:timers/promises';
import type { Deviation } from './compare-answer';
import { differences, type Difference } from './differences';
import { pending } from './pending';
import { replay } from './replay';
import { readScenarios } from './scenario';
import { startTestServer, type TestServer } from './server';

const scenarios = readScenarios();
const used = new Set<Difference>();
const counts = { agree: 0, pending: 0, 'differ by 1.35': 0 };

function reviewed(scenario: string, deviation: Deviation): boolean {
  const found = differences.find(
    ({ scenario: where, path, holds }) =>
      (where?.test(scenario) ?? true) && path.test(deviation.path) && (holds?.(deviation) ?? true),
  );
  if (found) used.add(found);
  return found !== undefined;
}

describe('the API server answers as recorded', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  }, 30_000);

  afterAll(async () => {
    await server.close();
    console.log(
      Object.entries(counts)
        .map(([name, count]) => `${count} ${name}`)
        .join(', '),
    );
  });

  it.each(scenarios.map((scenario, index) => ({ name: scenario.scenario, scenario, index })))(
    '$name',
    async ({ name, scenario, index }) => {
      const deviations = await replay(scenario, `golden-${index}`, server.send, (seconds) => sleep(seconds * 1000));
      if (pending.has(name)) {
        // Whoever makes it agree takes it off the list.
        expect(deviations.filter((deviation) => !reviewed(name, deviation))).not.toEqual([]);
        counts.pending += 1;
        return;
      }
      expect(deviations.filter((deviation) => !reviewed(name, deviation))).toEqual([]);
      counts[deviations.length ? 'differ by 1.35' : 'agree'] += 1;
    },
  );

  it('with no reviewed difference that has become needless', () => {
    expect(differences.filter((difference) => !used.has(difference)).map(({ reason }) => reason)).toEqual([]);
  });

  it('with no pending scenario that does not exist', () => {
    const names = new Set(scenarios.map(({ scenario }) => scenario));
    expect([...pending.keys()].filter((name) => !names.has(name))).toEqual([]);
  });
});
