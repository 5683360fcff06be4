import { listType, stringType } from '../types/type';
import { ArrayList } from '../values/lists';
import { regex } from '../values/regex';
import type { Int, ListValue } from '../values/value';
import { func, int, member, string } from './declare';

function find(text: string, pattern: string): string {
  const matcher = regex(pattern).matcher(text);
  return matcher.find() ? (matcher.group() ?? '') : '';
}

function findAll(text: string, pattern: string, limit: Int): ListValue {
  const matcher = regex(pattern).matcher(text);
  const found: string[] = [];
  while ((limit < 0 || found.length < limit) && matcher.find()) found.push(matcher.group() ?? '');
  return new ArrayList(found);
}

/** Upstream: k8s.io/apiserver/pkg/cel/library/regex.go. */
export const regexes = [
  func('find', member('string_find_string', [string, string], stringType, find)),
  func(
    'findAll',
    member('string_find_all_string', [string, string], listType(stringType), (text, pattern) =>
      findAll(text, pattern, -1),
    ),
    member('string_find_all_string_int', [string, string, int], listType(stringType), findAll),
  ),
];
