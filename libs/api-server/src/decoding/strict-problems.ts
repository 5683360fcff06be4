import type { YamlDocument } from '../yaml/codec';
import { documentProblems, mostProblems } from './duplicate-fields';

/** The document that an object was read from: its JSON, or the keys that its YAML had twice. */
export type DocumentSource = string | YamlDocument['duplicates'];

/**
 * What strict decoding finds wrong with a document, in upstream's words and order.
 * @param unknown the paths of the fields that the schema does not have.
 */
export function strictProblems(unknown: readonly string[], source?: DocumentSource): string[] {
  if (typeof source === 'string') return documentProblems(source, unknown);
  const unknownTexts = unknown.slice(0, mostProblems).map((path) => `unknown field ${JSON.stringify(path)}`);
  return source ? [...yamlDuplicates(source), ...unknownTexts].slice(0, mostProblems) : unknownTexts;
}

/** The same where the fields that the schema does not have are told after all that is there twice, in their order. */
export function problemsApart(unknown: readonly string[], source?: DocumentSource): string[] {
  const duplicates = typeof source === 'string' ? documentProblems(source, []) : source ? yamlDuplicates(source) : [];
  return [...duplicates, ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`)].slice(0, mostProblems);
}

const yamlErrors = 'yaml: unmarshal errors:\n';

/** What is told of a problem that is only warned of: of keys that are there twice, each in a text of its own. */
export const warningsOf = (problem: string): string[] =>
  problem.startsWith(yamlErrors)
    ? problem
        .slice(yamlErrors.length)
        .split('\n')
        .map((line) => line.trim())
    : [problem];

/** YAML is checked before it becomes JSON: one problem tells of all keys that are there twice. */
function yamlDuplicates(duplicates: YamlDocument['duplicates']): string[] {
  const lines = duplicates.map(({ key, line }) => `  line ${line}: key ${JSON.stringify(key)} already set in map`);
  return lines.length ? [yamlErrors + lines.join('\n')] : [];
}
