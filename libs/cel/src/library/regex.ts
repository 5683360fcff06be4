import { listType, stringType } from '../types/type';
import { ArrayList } from '../values/lists';
import type { Run } from '../runtime/run';
import { regexFor } from '../values/regex';
import type { Int, ListValue } from '../values/value';
import { func, int, member, string } from './declare';

function find(text: string, pattern: string, run: Run): string {
  const matcher = regexFor(text, pattern, run).matcher(text);
  return matcher.find() ? (matcher.group() ?? '') : '';
}

function findAll(text: string, pattern: string, limit: Int, run: Run): ListValue {
  const matcher = regexFor(text, pattern, run).matcher(text);
  const found: string[] = [];
  while ((limit < 0 || found.length < limit) && matcher.find()) found.push(matcher.group() ?? '');
  return new ArrayList(found);
}

/** Upstream: k8s.io/apiserver/pkg/cel/library/regex.go. */
export const regexes = [
  func('find', member('string_find_string', [string, string], stringType, find)),
  func(
    'findAll',
    member('string_find_all_string', [string, string], listType(stringType), (text, pattern, run) =>
      findAll(text, pattern, -1, run),
    ),
    member('string_find_all_string_int', [string, string, int], listType(stringType), findAll),
  ),
];
