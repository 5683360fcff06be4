import type { Hook } from '../configuration/hook';
import { Rounds } from './round';

const hook = (name: string): Hook => ({ name }) as Hook;

describe('Webhooks that want to see changes of others', () => {
  const [first, second] = [hook('first'), hook('second')];

  it('are asked again when somebody after them changes the object', () => {
    const rounds = new Rounds();
    rounds.add(first);
    rounds.changed();
    rounds.add(second);
    expect([first, second].map((one) => rounds.isAskedAgain(one))).toEqual([true, false]);
  });

  it('are all asked again when another plugin changes it in the second round', () => {
    const rounds = new Rounds();
    rounds.add(first);
    rounds.leave({ metadata: { name: 'x' } });
    rounds.enter({ metadata: { name: 'x' } });
    expect(rounds.isAskedAgain(first)).toBe(false);
    rounds.enter({ metadata: { name: 'x', labels: { a: 'b' } } });
    expect(rounds.isAskedAgain(first)).toBe(true);
  });
});
