import { parseJson } from '@skiff/contracts';
import { sameValue } from './same-value';

const same = (one: string, other: string): boolean => sameValue(parseJson(one), parseJson(other));

describe('The same value', () => {
  it.each([
    ['{"a":[1,{"b":null}],"c":"x"}', '{"c":"x","a":[1,{"b":null}]}'],
    ['{"a":9007199254740993}', '{"a":9007199254740993}'],
  ])('is %s', (one, other) => expect(same(one, other)).toBe(true));

  it.each([
    ['{"a":[1]}', '{"a":[1,2]}'],
    ['{"a":{}}', '{"a":[]}'],
    ['{"a":9007199254740993}', '{"a":9007199254740992}'],
    ['{"a":9007199254740993}', '{"a":{}}'],
    ['{"a":{}}', '{"a":9007199254740993}'],
  ])('is not %s for %s', (one, other) => expect(same(one, other)).toBe(false));
});
