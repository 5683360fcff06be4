import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { Field, ListField, MapField, NumberField, ObjectField, TextField } from './fields';

/** What a file holds, or everything that is wrong with it: "cluster.yaml:7: nodes[0].label: unknown key; …". */
export type Reading = { readonly value: unknown } | { readonly problems: readonly string[] };

/** Reads YAML that has to be what the field says. */
export function readYaml(file: string, text: string, field: Field): Reading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0)
    return {
      problems: document.errors.map(({ pos: [start], message, code }) => {
        const [first = ''] = message.split(/ at line \d+|:?\n/);
        const words = code === 'MULTIPLE_DOCS' ? 'one document is needed, and this begins another' : first;
        return `${file}:${lines.linePos(start).line}: ${words}`;
      }),
    };
  const validation = new Validation(file, document, lines);
  validation.check(document.contents, field, '', 0);
  return validation.problems.length > 0 ? { problems: validation.problems } : { value: document.toJS() as unknown };
}

class Validation {
  readonly problems: string[] = [];

  constructor(
    private readonly file: string,
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /** `position` is where the key stands, for values that there are not. */
  check(written: unknown, field: Field, path: string, position: number): void {
    const node = isAlias(written) ? written.resolve(this.document) : (written as Node | null | undefined);
    const at = node?.range?.[0] ?? position;
    switch (field.kind) {
      case 'object':
        return this.checkObject(node, field, path, at);
      case 'map':
        return this.checkMap(node, field, path, at);
      case 'list':
        return this.checkList(node, field, path, at);
      case 'setting':
        return this.checkSetting(node, path, at);
      default:
        return this.checkScalar(node, field, path, at);
    }
  }

  private checkObject(node: unknown, field: ObjectField, path: string, at: number): void {
    if (!isMap(node)) return this.report(at, path, 'a map is needed');
    for (const { key, value } of node.items) {
      const name = nameOf(key);
      const keyAt = positionOf(key) ?? at;
      const below = field.fields[name];
      const full = child(path, name);
      if (below) this.check(value, below, full, keyAt);
      else this.report(keyAt, full, `unknown key; there are: ${Object.keys(field.fields).join(', ')}`);
    }
    for (const name of field.required ?? []) if (!node.has(name)) this.report(at, child(path, name), 'is needed');
  }

  private checkMap(node: unknown, field: MapField, path: string, at: number): void {
    if (!isMap(node)) return this.report(at, path, 'a map is needed');
    for (const { key, value } of node.items) {
      const [name, keyAt] = [nameOf(key), positionOf(key) ?? at];
      if (!field.keys.pattern.test(name)) this.report(keyAt, child(path, name), `${field.keys.expected} is needed`);
      this.check(value, field.of, child(path, name), keyAt);
    }
  }

  private checkList(node: unknown, field: ListField, path: string, at: number): void {
    if (!isSeq(node)) return this.report(at, path, 'a list is needed');
    for (const [index, item] of node.items.entries()) this.check(item, field.of, `${path}[${index}]`, at);
  }

  private checkSetting(node: unknown, path: string, at: number): void {
    const values = isSeq(node) ? node.items : [node];
    const good = values.every(
      (value) => isScalar(value) && ['string', 'number', 'boolean'].includes(typeof value.value),
    );
    if (!good) this.report(at, path, 'text, a number, true or false, or a list of those is needed');
  }

  private checkScalar(node: unknown, field: TextField | NumberField, path: string, at: number): void {
    const value = isScalar(node) ? node.value : undefined;
    const expected = field.kind === 'number' ? numberProblem(value, field) : textProblem(value, field);
    if (expected === undefined) return;
    const written = isScalar(node) && node.source !== undefined && node.source !== '' ? `, not ${node.source}` : '';
    this.report(at, path, `${expected}${written}`);
  }

  private report(at: number, path: string, what: string): void {
    this.problems.push(`${this.file}:${this.lines.linePos(at).line}: ${path === '' ? '' : `${path}: `}${what}`);
  }
}

function numberProblem(value: unknown, { min, max }: NumberField): string | undefined {
  const good = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  return good ? undefined : `a number from ${min} to ${max} is needed`;
}

function textProblem(value: unknown, { choices, pattern, expected }: TextField): string | undefined {
  if (typeof value !== 'string') return 'text is needed';
  if (choices && !choices.includes(value)) return `one of ${choices.join(', ')} is needed`;
  return pattern && !pattern.test(value) ? `${expected ?? 'something else'} is needed` : undefined;
}

const nameOf = (key: unknown): string => String(isScalar(key) ? key.value : key);
const positionOf = (key: unknown): number | undefined => (isScalar(key) ? key.range?.[0] : undefined);
const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
