import { default as fc } from 'fast-check';
import { firstOverlaps } from './overlaps';

describe('Paths that overlap', () => {
  it('are told with the first of those before them', () => {
    const paths = ['a/b', 'c', 'a', '', 'a/b/c', 'c', '', 'ab'];
    expect(firstOverlaps(paths)).toEqual([undefined, undefined, 'a/b', undefined, 'a/b', 'c', undefined, 'a']);
  });

  it('are those of which one begins with the other', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ab/]{0,4}$/)), (paths) => {
        const slowly = paths.map((path, place) =>
          paths
            .slice(0, place)
            .find((other) => other !== '' && path !== '' && (other.startsWith(path) || path.startsWith(other))),
        );
        expect(firstOverlaps(paths)).toEqual(slowly);
      }),
    );
  });

  it('are found among very many', () => {
    const paths = Array.from({ length: 100_000 }, (_, index) => `/path/${index}/`);
    expect(firstOverlaps(paths).filter((other) => other !== undefined)).toEqual([]);
  });
});
