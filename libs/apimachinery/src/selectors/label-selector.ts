import type { metav1 } from '@skiff/contracts';
import { compileRequirements } from './compile';
import { SelectorError, type LabelPredicate, type Operator, type Requirement } from './requirement';

const token = /\s*(!=|==|=|!|\(|\)|,|<|>|[^\s!=(),<>]+)/y;

class Lexer {
  private readonly tokens: string[] = [];
  private position = 0;

  constructor(text: string) {
    token.lastIndex = 0;
    for (let match = token.exec(text); match; match = token.exec(text)) if (match[1]) this.tokens.push(match[1]);
  }

  peek(): string {
    return this.tokens[this.position] ?? '';
  }

  next(): string {
    const value = this.peek();
    this.position += 1;
    return value;
  }
}

const isWord = (text: string): boolean => text !== '' && !/^(!=|==|=|!|\(|\)|,|<|>)$/.test(text);
const fail = (found: string, expected: string): SelectorError =>
  new SelectorError(`unable to parse requirement: found '${found}', expected: ${expected}`);

/** The requirements of a selector in its text form, such as `app=web,tier in (a,b),!old`. */
export function parseLabelSelector(text: string): Requirement[] {
  const lexer = new Lexer(text);
  const requirements: Requirement[] = [];
  while (lexer.peek() !== '') {
    const first = lexer.peek();
    if (requirements.length === 0 && first !== '!' && !isWord(first))
      throw new SelectorError(`found '${first}', expected: !, identifier, or 'end of string'`);
    requirements.push(parseRequirement(lexer));
    const separator = lexer.next();
    if (separator === '') break;
    if (separator !== ',') throw new SelectorError(`found '${separator}', expected: ',' or 'end of string'`);
    if (lexer.peek() === '') throw new SelectorError(`found '', expected: identifier after ','`);
  }
  return requirements;
}

function parseRequirement(lexer: Lexer): Requirement {
  const negated = lexer.peek() === '!';
  if (negated) lexer.next();
  const key = lexer.next();
  if (!isWord(key)) throw fail(key, negated ? 'identifier' : 'identifier');
  const following = lexer.peek();
  if (negated) return { key, operator: '!', values: [] };
  if (following === '' || following === ',') return { key, operator: 'exists', values: [] };
  lexer.next();
  switch (following) {
    case '=':
    case '==':
    case '!=':
      return { key, operator: following === '!=' ? '!=' : '=', values: [parseExactValue(lexer)] };
    case '>':
    case '<':
      return { key, operator: following === '>' ? 'gt' : 'lt', values: [lexer.next()] };
    case 'in':
    case 'notin':
      return { key, operator: following, values: parseValues(lexer) };
    default:
      throw fail(following, 'in, notin, =, ==, !=, gt, lt');
  }
}

/** The value after an equals sign; nothing there is the empty value. */
function parseExactValue(lexer: Lexer): string {
  if (lexer.peek() === '' || lexer.peek() === ',') return '';
  const found = lexer.next();
  if (!isWord(found)) throw fail(found, 'identifier');
  return found;
}

function parseValues(lexer: Lexer): string[] {
  const open = lexer.next();
  if (open !== '(') throw fail(open, "'('");
  const values: string[] = [];
  for (;;) {
    const found = lexer.next();
    if (found === ')') return values.length ? values : [''];
    if (found === ',') {
      if (lexer.peek() === ',' || lexer.peek() === ')') values.push('');
      continue;
    }
    if (!isWord(found)) throw fail(found, "',', ')' or identifier");
    values.push(found);
  }
}

const operators: Readonly<Record<string, Operator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };

/** A LabelSelector as a predicate. An absent one matches nothing, an empty one everything. */
export function labelSelectorPredicate(selector: metav1.LabelSelector | undefined): LabelPredicate {
  if (!selector) return () => false;
  const requirements: Requirement[] = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: '=',
    values: [value],
  }));
  for (const { key = '', operator = '', values } of selector.matchExpressions ?? []) {
    const known = operators[operator];
    if (!known) throw new SelectorError(`${JSON.stringify(operator)} is not a valid label selector operator`);
    requirements.push({ key, operator: known, values: values ?? [] });
  }
  return compileRequirements(requirements);
}

/** The predicate of a LabelSelector that was not validated; undefined where it is none. */
export function labelSelectorOrNone(selector: metav1.LabelSelector | undefined): LabelPredicate | undefined {
  try {
    return labelSelectorPredicate(selector);
  } catch (error) {
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}

/** The text form of a LabelSelector, as `kubectl get -o wide` shows it. */
export function formatLabelSelector(selector: metav1.LabelSelector | undefined): string {
  if (!selector) return '<none>';
  const parts = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` }));
  for (const { key = '', operator, values } of selector.matchExpressions ?? []) {
    if (operator === 'Exists') parts.push({ key, text: key });
    else if (operator === 'DoesNotExist') parts.push({ key, text: `!${key}` });
    else parts.push({ key, text: `${key} ${operator?.toLowerCase()} (${[...(values ?? [])].sort().join(',')})` });
  }
  parts.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  return parts.map(({ text }) => text).join(',') || '<none>';
}
