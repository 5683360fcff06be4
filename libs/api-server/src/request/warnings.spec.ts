import { Warnings } from './warnings';

describe('Warnings', () => {
  it('are each told once', () => {
    const warnings = new Warnings();
    for (const text of ['a', 'b', '', 'a']) warnings.add(text);
    expect(warnings.texts).toEqual(['a', 'b']);
  });

  it('are cut short when they would be too long together, and left out when that does not help', () => {
    const warnings = new Warnings();
    const text = (index: number): string => `${index}`.padEnd(1_000, 'x');
    for (let index = 0; index < 4; index += 1) warnings.add(text(index));
    expect(warnings.texts.map(({ length }) => length)).toEqual([1_000, 1_000, 1_000, 1_000]);
    for (let index = 4; index < 100_000; index += 1) warnings.add(text(index));
    expect(warnings.texts.map(({ length }) => length)).toEqual(Array<number>(16).fill(256));
  });
});
