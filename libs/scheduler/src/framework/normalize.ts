import { maxNodeScore } from './plugin';

/** Scales scores so that the highest becomes 100, in place; reversed, the highest becomes 0. */
export function normalizeByMaximum(scores: number[], reverse: boolean): void {
  let maximum = 0;
  for (const score of scores) if (score > maximum) maximum = score;
  for (let index = 0; index < scores.length; index += 1) {
    const score = maximum === 0 ? 0 : Math.floor((maxNodeScore * (scores[index] ?? 0)) / maximum);
    scores[index] = reverse ? maxNodeScore - score : score;
  }
}
