import { boolType, intType } from '../../types/type';
import { countEntries } from '../../cost/call-cost';
import { matches } from '../../values/regex';
import { textSize } from '../../values/text';
import { bytes, func, global, listOf, mapOf, member, string, typeA, typeB } from '../declare';

export const text = [
  func(
    'size',
    global('size_string', [string], intType, textSize),
    member('string_size', [string], intType, textSize),
    global('size_bytes', [bytes], intType, ({ value }) => value.length),
    member('bytes_size', [bytes], intType, ({ value }) => value.length),
    global('size_list', [listOf(typeA)], intType, ({ size }) => size),
    member('list_size', [listOf(typeA)], intType, ({ size }) => size),
    global('size_map', [mapOf(typeA, typeB)], intType, countEntries),
    member('map_size', [mapOf(typeA, typeB)], intType, countEntries),
  ),
  func(
    'contains',
    member('contains_string', [string, string], boolType, (one, other) => one.includes(other)),
  ),
  func(
    'startsWith',
    member('starts_with_string', [string, string], boolType, (one, other) => one.startsWith(other)),
  ),
  func(
    'endsWith',
    member('ends_with_string', [string, string], boolType, (one, other) => one.endsWith(other)),
  ),
  func(
    'matches',
    global('matches', [string, string], boolType, matches),
    member('matches_string', [string, string], boolType, matches),
  ),
];
