import { comprehensionMacros } from './macros/comprehensions';
import { bindMacro, greatestAndLeast, hasMacro, optionalMacros, sortByMacro } from './macros/others';
import type { Macro } from './macros/macro';

interface Entry {
  readonly member: boolean;
  /** How many arguments the macro takes; any number, if undefined. */
  readonly count: number | undefined;
  readonly macro: Macro;
}

const table = new Map<string, Entry[]>();
for (const [key, macro] of [
  ...comprehensionMacros,
  ...optionalMacros,
  ...hasMacro,
  ...bindMacro,
  ...greatestAndLeast,
  ...sortByMacro,
]) {
  const [, dot = '', name = '', count = ''] = /^(\.?)(.+)\/(.+)$/.exec(key) ?? [];
  const entry = { member: dot !== '', count: count === '*' ? undefined : Number(count), macro };
  table.set(name, [...(table.get(name) ?? []), entry]);
}

/** The macro of a call, if it is one. */
export const findMacro = (name: string, member: boolean, count: number): Macro | undefined =>
  table.get(name)?.find((entry) => entry.member === member && (entry.count ?? count) === count)?.macro;
