import { MountError } from './reconciler';
import { FailedMounts } from './failed-mounts';

describe('volumes that cannot be mounted', () => {
  const error = (...names: string[]): MountError => new MountError(new Map(names.map((name) => [name, `no ${name}`])));

  it('are told of again and again, each time after twice the wait, up to about two minutes', () => {
    const mounts = new FailedMounts();
    const told: number[] = [];
    for (let second = 0; second < 600; second += 0.1) {
      if (mounts.due(error('v'), second * 1000).length > 0) told.push(Math.round(second));
    }
    expect(told).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 250, 372, 494]);
  });

  it('are each told of for themselves', () => {
    const mounts = new FailedMounts();
    expect(mounts.due(error('a'), 0)).toEqual(['no a']);
    expect(mounts.due(error('a', 'b'), 100)).toEqual(['no b']);
    expect(mounts.due(error('a', 'b'), 500)).toEqual(['no a']);
  });
});
