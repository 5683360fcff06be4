import { SelectorError } from './requirement';

export interface FieldTerm {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** The terms of a field selector such as `spec.nodeName=node-1,status.phase!=Failed`; one that names nothing selects all. */
export function parseFieldSelector(text: string): FieldTerm[] {
  return split(text)
    .filter((term) => term !== '')
    .map((term) => {
      const match = /^((?:[^=!\\]|\\.)*?)(!=|==|=)([\s\S]*)$/.exec(term);
      if (!match) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
      return {
        field: match[1] ?? '',
        operator: match[2] === '!=' ? '!=' : '=',
        value: unescape(match[3] ?? '', text),
      } as const;
    })
    .filter(({ field, value }) => field !== '' || value !== '');
}

function split(text: string): string[] {
  const terms: string[] = [];
  let term = '';
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') {
      term += text.slice(index, index + 2);
      index += 1;
    } else if (text[index] === ',') {
      terms.push(term);
      term = '';
    } else term += text[index];
  }
  return [...terms, term];
}

function unescape(value: string, whole: string): string {
  return value.replace(/\\([\s\S]?)/g, (_all, next: string) => {
    if (next !== '\\' && next !== ',' && next !== '=')
      throw new SelectorError(`invalid field selector: invalid escape sequence in value: \\${next} (${whole})`);
    return next;
  });
}

/** The value at a path such as `spec.nodeName`, as text; empty when there is none. */
export function fieldText(object: unknown, path: string): string {
  let value: unknown = object;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null) return '';
    value = (value as Record<string, unknown>)[step];
  }
  return value === undefined || value === null ? '' : String(value as string | number | boolean);
}

/** Whether an object's fields satisfy all terms. */
export function matchesFields(terms: readonly FieldTerm[], field: (name: string) => string): boolean {
  return terms.every((term) => (field(term.field) === term.value) === (term.operator === '='));
}
