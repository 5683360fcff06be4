import { listType, opaqueType, optionalType, stringType } from '../types/type';
import { ArrayList } from '../values/lists';
import { regex } from '../values/regex';
import { textSize } from '../values/text';
import { parseTimestamp } from '../values/time';
import { OpaqueValue, OptionalValue } from '../values/value';
import { func, global, instanceOf, member, string } from './declare';
import { urlProblem } from './net/url';

export const formatType = opaqueType('kubernetes.NamedFormat');

/** What is wrong with a text; nothing, if it has the format. */
type Validate = (text: string) => readonly string[];

class FormatValue extends OpaqueValue {
  readonly typeName = formatType.name;

  constructor(
    readonly name: string,
    readonly validate: Validate,
  ) {
    super();
  }

  equals(other: FormatValue): boolean {
    return this.name === other.name;
  }
}

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const name1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const name = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const isAll = (text: string, pattern: string): boolean => regex(`^(?:${pattern})$`).matcher.test(text);
const isTooLong = (text: string, most: number): boolean => Buffer.byteLength(text) > most;
const tooLong = (most: number): string => `must be no more than ${String(most)} characters`;
/** Upstream: validation.RegexError. */
const mismatch = (message: string, pattern: string, ...examples: string[]): string =>
  `${message} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${pattern}')`;

const labelMessage = mismatch(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  'my-name',
  '123-abc',
);
const subdomainMessage = mismatch(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain,
  'example.com',
);
const name1035Message = mismatch(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  name1035,
  'my-name',
  'abc-123',
);
const nameMessage = mismatch(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  name,
  'MyName',
  'my.name',
  '123-abc',
);
const valueMessage = mismatch(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  `(${name})?`,
  'MyValue',
  'my_value',
  '12345',
);

const bounded =
  (most: number, pattern: string, message: string): Validate =>
  (text) => [...(isTooLong(text, most) ? [tooLong(most)] : []), ...(isAll(text, pattern) ? [] : [message])];

const isLabel = bounded(63, label, labelMessage);
const isSubdomain = bounded(253, subdomain, subdomainMessage);
const isName1035 = bounded(63, name1035, name1035Message);
const isLabelValue = bounded(63, `(${name})?`, valueMessage);

/** A prefix may end in a dash. Upstream: maskTrailingDash. */
const asPrefix =
  (validate: Validate): Validate =>
  (text) =>
    validate(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

/** Upstream: validation.IsQualifiedName. */
function isQualifiedName(text: string): readonly string[] {
  const parts = text.split('/');
  if (parts.length > 2)
    return [
      `a qualified name ${nameMessage} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  const found = parts.at(-1) ?? '';
  const problems: string[] = [];
  const [prefix] = parts;
  if (parts.length === 2 && prefix !== undefined) {
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...isSubdomain(prefix).map((problem) => `prefix part ${problem}`));
  }
  if (found === '') problems.push('name part must be non-empty');
  else if (isTooLong(found, 63)) problems.push(`name part ${tooLong(63)}`);
  if (!isAll(found, name)) problems.push(`name part ${nameMessage}`);
  return problems;
}

const unless =
  (isValid: (text: string) => boolean, problem: string): Validate =>
  (text) =>
    isValid(text) ? [] : [problem];

const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text);
const isBase64 = (text: string): boolean => text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
const isDate = (text: string): boolean => text.length === 10 && parseTimestamp(`${text}T00:00:00Z`) !== undefined;

const formats: ReadonlyMap<string, FormatValue> = new Map(
  Object.entries({
    dns1123Label: isLabel,
    dns1123Subdomain: isSubdomain,
    dns1035Label: isName1035,
    qualifiedName: isQualifiedName,
    dns1123LabelPrefix: asPrefix(isLabel),
    dns1123SubdomainPrefix: asPrefix(isSubdomain),
    dns1035LabelPrefix: asPrefix(isName1035),
    labelValue: isLabelValue,
    uri: (text: string) => urlProblem(text),
    uuid: unless(isUuid, 'does not match the UUID format'),
    byte: unless(isBase64, 'invalid base64'),
    date: unless(isDate, 'invalid date'),
    datetime: unless((text) => parseTimestamp(text) !== undefined, 'invalid datetime'),
  }).map(([key, validate]) => [key, new FormatValue(key, validate)]),
);

function validate({ validate: problemsOf }: FormatValue, text: string): OptionalValue {
  const problems = problemsOf(text);
  return problems.length === 0 ? OptionalValue.none : new OptionalValue(new ArrayList([...problems]));
}

const format = instanceOf(formatType, FormatValue);

/** Upstream: k8s.io/apiserver/pkg/cel/library/format.go. */
export const formatLibrary = [
  func(
    'format.named',
    global('format-named', [string], optionalType(formatType), (found) => {
      const known = formats.get(found);
      return known ? new OptionalValue(known) : OptionalValue.none;
    }),
  ),
  ...Array.from(formats, ([key, value]) =>
    func(
      `format.${key}`,
      global(`format.${key}`, [], formatType, () => value),
    ),
  ),
  func(
    'validate',
    member('format-validate', [format, string], optionalType(listType(stringType)), (named, text, run) => {
      run.step(textSize(text));
      return validate(named, text);
    }),
  ),
];
