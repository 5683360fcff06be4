import type { Run } from '../runtime/run';
import { boolType } from '../types/type';
import type { ListValue } from '../values/value';
import { func, global, listOf, typeA } from './declare';
import { isIn } from './standard/comparisons';

const list = listOf(typeA);

function contains(all: ListValue, some: ListValue, run: Run): boolean {
  run.step(all.size + some.size);
  for (const element of some) if (!isIn(element, all, run)) return false;
  return true;
}

function intersects(one: ListValue, other: ListValue, run: Run): boolean {
  run.step(one.size + other.size);
  for (const element of one) if (isIn(element, other, run)) return true;
  return false;
}

/** Upstream: cel-go ext/sets.go. */
export const sets = [
  func('sets.contains', global('list_sets_contains_list', [list, list], boolType, contains)),
  func(
    'sets.equivalent',
    global(
      'list_sets_equivalent_list',
      [list, list],
      boolType,
      (one, other, run) => contains(one, other, run) && contains(other, one, run),
    ),
  ),
  func('sets.intersects', global('list_sets_intersects_list', [list, list], boolType, intersects)),
];
