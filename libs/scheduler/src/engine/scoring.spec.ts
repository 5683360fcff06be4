import { CycleState } from '../framework/cycle-state';
import type { Plugin, ScorePlugin } from '../framework/plugin';
import { NodeInfo } from '../snapshot/node-info';
import { toPodInfo } from '../snapshot/pod-info';
import type { Profile } from './profile';
import { scoreNodes } from './scoring';
import { testNode, testPod } from './testing';

const pod = toPodInfo(testPod('p'));
const nodes = ['a', 'b', 'c'].map((name) => new NodeInfo(name, testNode(name)));

function profile(...score: { plugin: ScorePlugin; weight: number }[]): Profile {
  const preScore = score.map(({ plugin }) => plugin).filter((plugin: Plugin) => 'preScore' in plugin);
  return { score, preScore } as unknown as Profile;
}

const scorer = (name: string, scores: Record<string, number>, more: object = {}): ScorePlugin => ({
  name,
  score: (_cycle, _pod, node) => scores[node.name] ?? 0,
  ...more,
});

describe('scoring', () => {
  it('adds up what the plugins give, times their weights, and takes the highest', () => {
    const scored = scoreNodes(
      profile(
        { plugin: scorer('One', { a: 10, b: 90, c: 50 }), weight: 1 },
        { plugin: scorer('Two', { a: 60, b: 0, c: 50 }), weight: 2 },
      ),
      new CycleState(),
      pod,
      nodes,
      () => 0,
    );
    expect(scored.best.name).toBe('c');
    expect(scored.totals).toEqual([130, 90, 150]);
    expect(scored.byPlugin).toEqual([
      { plugin: 'One', scores: [10, 90, 50] },
      { plugin: 'Two', scores: [120, 0, 100] },
    ]);
  });

  it('normalizes before it weighs, and leaves out a plugin that has nothing to say', () => {
    const normalize = (_cycle: CycleState, _pod: unknown, scores: number[]): void =>
      scores.forEach((score, index) => (scores[index] = score / 10));
    const scored = scoreNodes(
      profile(
        { plugin: scorer('Raw', { a: 500, b: 1000 }, { normalize }), weight: 3 },
        { plugin: scorer('Silent', { a: 100 }, { preScore: () => 'skip' }), weight: 9 },
      ),
      new CycleState(),
      pod,
      nodes,
      () => 0,
    );
    expect(scored.byPlugin).toEqual([{ plugin: 'Raw', scores: [150, 300, 0] }]);
    expect(scored.best.name).toBe('b');
  });

  it('chooses at random among equals, each as likely as the others', () => {
    const equal = profile({ plugin: scorer('Equal', { a: 5, b: 5, c: 5 }), weight: 1 });
    const counts: Record<string, number> = {};
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 3_000; round += 1) {
      const { name } = scoreNodes(equal, new CycleState(), pod, nodes, random).best;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    for (const count of Object.values(counts)) expect(Math.abs(count - 1_000)).toBeLessThan(120);
    expect(Object.keys(counts)).toHaveLength(3);
  });

  it('asks nobody when one node alone fits', () => {
    const never = profile({
      plugin: {
        name: 'Never',
        score: () => {
          throw new Error('asked');
        },
      },
      weight: 1,
    });
    expect(scoreNodes(never, new CycleState(), pod, nodes.slice(0, 1), () => 0).best.name).toBe('a');
  });
});
