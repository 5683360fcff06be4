import type { corev1 } from '@skiff/contracts';
import { isTolerated, tolerates } from './tolerations';

const keys = ['', 'a', 'b'];

const values = [undefined, '', '1', '5', 'x'];

const effects = [undefined, '', 'NoSchedule', 'NoExecute'];

const operators = [undefined, 'Equal', 'Exists', 'Gt', 'Lt'];

const all: corev1.Toleration[] = keys.flatMap((key) =>
  operators.flatMap((operator) =>
    values.flatMap((value) =>
      effects.map((effect) => ({
        key,
        ...(operator === undefined ? {} : { operator }),
        ...(value === undefined ? {} : { value }),
        ...(effect === undefined ? {} : { effect }),
      })),
    ),
  ),
);

const taints: corev1.Taint[] = ['a', 'b', 'c'].flatMap((key) =>
  ['', '0', '1', '3', '5', '7', 'x'].flatMap((value) =>
    ['NoSchedule', 'NoExecute', 'PreferNoSchedule'].map((effect) => ({ key, value, effect })),
  ),
);

describe('tolerations of which there are many', () => {
  it('cover what one of them covers', () => {
    for (const toleration of all) {
      // One that covers nothing fills the list, so that it is not searched.
      const many = [toleration, ...Array.from({ length: 20 }, () => ({ key: 'none', value: 'none' }))];
      const shown = JSON.stringify(toleration);
      for (const taint of taints)
        if (isTolerated(taint, many) !== tolerates(toleration, taint))
          throw new Error(`${shown}, ${JSON.stringify(taint)}`);
    }
  });

  // One by one these are ten thousand million comparisons.
  it('are not searched for every taint', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ({ key: `k${index}`, operator: 'Exists' }));
    const tolerated = Array.from({ length: 100_000 }, (_, index) => ({ key: `k${index}`, effect: 'NoSchedule' }));
    expect(tolerated.every((taint) => isTolerated(taint, many))).toBe(true);
    expect(isTolerated({ key: 'other', effect: 'NoSchedule' }, many)).toBe(false);
  });
});
