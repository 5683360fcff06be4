import { parseJson, writeJson } from '@skiff/contracts';
import { elementsOf, isMember, type FieldSet } from './field-set';
import type { Values } from './shape';

/** An element of a path as errors show it: `.name`, `[key="value"]`, `[="value"]`. */
export function elementText(element: string): string {
  const content = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${content}`;
    case 'k':
      return `[${Object.entries(parseJson(content) as Values)
        .map(([name, value]) => `${name}=${writeJson(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${content}]`;
    default:
      return `[${content}]`;
  }
}

/** The paths of all members of a set: of each element those that end there, and then those that go on. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const elements = elementsOf(set).map((element) => ({
    path: prefix + elementText(element),
    below: set[element] ?? {},
  }));
  const members = elements.filter(({ below }) => isMember(below)).map(({ path }) => path);
  return [...members, ...elements.flatMap(({ path, below }) => pathsOf(below, path))];
}
