import { parseDocument } from 'yaml';
import { duplicateFields } from './duplicate-fields';

/** The document that an object was read from. */
export interface DocumentSource {
  readonly text: string;
  readonly yaml: boolean;
}

/** As many as upstream tells of one document. */
const most = 100;

/**
 * What strict decoding finds wrong with a document, in upstream's words and order.
 * @param unknown the paths of the fields that the schema does not have.
 */
export function strictProblems(unknown: readonly string[], source?: DocumentSource): string[] {
  const unknownTexts = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (!source) return unknownTexts;
  if (source.yaml) return [...yamlDuplicates(source.text), ...unknownTexts].slice(0, most);
  // What is in an unknown field is not looked at.
  const duplicates = duplicateFields(source.text).filter(
    (path) =>
      !unknown.some((other) => path === other || (path.startsWith(other) && '.['.includes(path[other.length] ?? ''))),
  );
  if (duplicates.length === 0) return unknownTexts.slice(0, most);
  const doubled = new Map<string, string>(duplicates.map((path) => [path, `duplicate field ${JSON.stringify(path)}`]));
  const strange = new Map<string, string>(unknown.map((path, index) => [path, unknownTexts[index] ?? '']));
  const problems: string[] = [];
  const met = new Set<string>();
  duplicateFields(source.text, (path) => {
    const text = strange.get(path) ?? (met.has(path) ? doubled.get(path) : undefined);
    met.add(path);
    if (text === undefined) return;
    problems.push(text);
    strange.delete(path);
    doubled.delete(path);
  });
  return problems.slice(0, most);
}

/** YAML is checked before it becomes JSON: one problem tells of all keys that are there twice. */
function yamlDuplicates(text: string): string[] {
  const lines = parseDocument(text)
    .errors.filter(({ code }) => code === 'DUPLICATE_KEY')
    .map(
      ({ pos: [start], linePos }) =>
        `  line ${linePos?.[0].line ?? 0}: key ${JSON.stringify(keyAt(text, start))} already set in map`,
    );
  return lines.length ? [`yaml: unmarshal errors:\n${lines.join('\n')}`] : [];
}

const keyAt = (text: string, start: number): string => /^["']?([^"':\n]*)/.exec(text.slice(start))?.[1]?.trim() ?? '';
