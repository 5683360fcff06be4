import { compose, type Filter, type Handler } from './chain';
import type { Outcome } from './outcome';
import type { Request } from './request';

describe('A chain of filters', () => {
  const outcome: Outcome = { type: 'entered' };
  const said: string[] = [];
  const saying =
    (name: string): Filter =>
    (next) =>
    async (request) => {
      said.push(`${name} begins`);
      try {
        return await next(request);
      } finally {
        said.push(`${name} ends`);
      }
    };
  const answer: Handler = () => {
    said.push('answer');
    return Promise.resolve(outcome);
  };
  const request = {} as Request;
  beforeEach(() => void said.splice(0));

  it('runs the first filter outermost', async () => {
    await expect(compose([saying('a'), saying('b')], answer)(request)).resolves.toBe(outcome);
    expect(said).toEqual(['a begins', 'b begins', 'answer', 'b ends', 'a ends']);
  });

  it('is nothing but the answer where every filter is off', () => {
    expect(compose([undefined, undefined], answer)).toBe(answer);
  });

  it('goes no further than a filter that refuses, whatever it throws at once', async () => {
    const refuse: Filter = () => () => {
      throw new Error('refused');
    };
    await expect(compose([saying('a'), refuse, saying('b')], answer)(request)).rejects.toThrow('refused');
    expect(said).toEqual(['a begins', 'a ends']);
  });
});
