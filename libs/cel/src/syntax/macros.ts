import { comprehensionMacros } from './macros/comprehensions';
import { bindMacro, greatestAndLeast, hasMacro, optionalMacros, sortByMacro } from './macros/others';
import type { Macro } from './macros/macro';

const table: ReadonlyMap<string, Macro> = new Map([
  ...comprehensionMacros,
  ...optionalMacros,
  ...hasMacro,
  ...bindMacro,
  ...greatestAndLeast,
  ...sortByMacro,
]);

/** The macro of a call. One that takes any number of arguments has a `*` in the place of their count. */
export function findMacro(name: string, member: boolean, count: number): Macro | undefined {
  const key = `${member ? '.' : ''}${name}`;
  return table.get(`${key}/${String(count)}`) ?? table.get(`${key}/*`);
}
