import { isIP } from 'node:net';

/** The rules that names follow, each giving what is wrong in upstream's words: nothing when all is well. */

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualifiedPart = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualifiedPart})?`;
const configKey = '[-._a-zA-Z0-9]+';

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);
const patterns = {
  label: whole(label),
  subdomain: whole(subdomain),
  label1035: whole(label1035),
  qualifiedPart: whole(qualifiedPart),
  labelValue: whole(labelValue),
  configKey: whole(configKey),
  wildcard: whole(`\\*\\.${subdomain}`),
  portName: /^[-a-z0-9]+$/,
};

const maxLength = (limit: number): string => `must be no more than ${limit} bytes`;

function regexMessage(text: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${text} (${shown === '' ? '' : `e.g. ${shown}`}regex used for validation is '${pattern}')`;
}

const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const label1035Text =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const qualifiedText =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

export type NameRule = (value: string) => string[];

function lengthAndPattern(value: string, limit: number, pattern: RegExp, message: () => string): string[] {
  const found: string[] = [];
  if (Buffer.byteLength(value) > limit) found.push(maxLength(limit));
  if (!pattern.test(value)) found.push(message());
  return found;
}

export const dns1123Label: NameRule = (value) =>
  lengthAndPattern(value, 63, patterns.label, () => regexMessage(labelText, label, 'my-name', '123-abc'));

export const dns1123Subdomain: NameRule = (value) =>
  lengthAndPattern(value, 253, patterns.subdomain, () => regexMessage(subdomainText, subdomain, 'example.com'));

export const dns1035Label: NameRule = (value) =>
  lengthAndPattern(value, 63, patterns.label1035, () => regexMessage(label1035Text, label1035, 'my-name', 'abc-123'));

export const wildcardSubdomain: NameRule = (value) =>
  lengthAndPattern(value, 253, patterns.wildcard, () =>
    regexMessage(
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
      `\\*\\.${subdomain}`,
      '*.example.com',
    ),
  );

/** `name` or `prefix/name`, as label keys are. */
export const qualifiedName: NameRule = (value) => {
  const parts = value.split('/');
  const found: string[] = [];
  if (parts.length > 2) {
    return [
      `${regexMessage(`a qualified name ${qualifiedText}`, qualifiedPart, 'MyName', 'my.name', '123-abc')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) ?? '';
  const [prefix] = parts;
  if (parts.length === 2 && prefix !== undefined) {
    if (prefix === '') found.push('prefix part must be non-empty');
    else found.push(...dns1123Subdomain(prefix).map((message) => `prefix part ${message}`));
  }
  if (name === '') found.push('name part must be non-empty');
  else if (Buffer.byteLength(name) > 63) found.push(`name part ${maxLength(63)}`);
  if (!patterns.qualifiedPart.test(name))
    found.push(regexMessage(`name part ${qualifiedText}`, qualifiedPart, 'MyName', 'my.name', '123-abc'));
  return found;
};

export const validLabelValue: NameRule = (value) =>
  lengthAndPattern(value, 63, patterns.labelValue, () =>
    regexMessage(
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
      labelValue,
      'MyValue',
      'my_value',
      '12345',
    ),
  );

/** A key of a ConfigMap or Secret: also a file's name, so never a path out of its folder. */
export const configMapKey: NameRule = (value) => {
  const found = lengthAndPattern(value, 253, patterns.configKey, () =>
    regexMessage(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
      configKey,
      'key.name',
      'KEY_NAME',
      'key-name',
    ),
  );
  if (value === '.') found.push("must not be '.'");
  else if (value === '..') found.push("must not be '..'");
  else if (value.startsWith('..')) found.push("must not start with '..'");
  return found;
};

/** Any printable ASCII but `=`, as upstream allows since 1.34. */
export const environmentVariableName: NameRule = (value) =>
  /^[ -<>-~]+$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

const urlPath = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const wholeUrlPath = whole(urlPath);

/** What may stand in the path of a URL. */
export const httpPath: NameRule = (value) => (wholeUrlPath.test(value) ? [] : [regexMessage('Invalid path', urlPath)]);

/** What a segment of a request's path may not be. */
export const pathSegment: NameRule = (value) => {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((bad) => value.includes(bad)).map((bad) => `may not contain '${bad}'`);
};

/** The name of a port of a container or of a service's target. */
export const portName: NameRule = (value) => {
  const found: string[] = [];
  if (value.length > 15) found.push('must be no more than 15 characters');
  if (!patterns.portName.test(value))
    found.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) found.push('must contain at least one letter (a-z)');
  if (value.includes('--')) found.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) found.push('must not begin or end with a hyphen');
  return found;
};

/** A range of addresses, such as 10.9.8.0/24. */
export const cidr: NameRule = (value) => {
  const [address = '', bits = '', ...more] = value.split('/');
  const version = isIP(address);
  const isRange =
    more.length === 0 && version !== 0 && /^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
  return isRange ? [] : ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
};

export const portNumber = (value: number): string[] =>
  value >= 1 && value <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];

/** A generated name's prefix may end in a hyphen. */
export const asPrefix = (value: string): string => (value.endsWith('-') ? `${value.slice(0, -1)}a` : value);

const percentage = /^[0-9]+%$/;

export const isPercent = (value: string): boolean => percentage.test(value);

export { isIP };
