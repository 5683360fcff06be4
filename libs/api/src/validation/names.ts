import { invalidValue, quoted, type FieldError } from './field-error';

const labelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainFormat = `${labelFormat}(\\.${labelFormat})*`;
const qualifiedFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const valueFormat = `(${qualifiedFormat})?`;
const keyFormat = '[-._a-zA-Z0-9]+';

const full = (format: string): RegExp => new RegExp(`^(?:${format})$`);
const patterns = {
  label: full(labelFormat),
  subdomain: full(subdomainFormat),
  qualified: full(qualifiedFormat),
  value: full(valueFormat),
  key: full(keyFormat),
};

const used = (format: string): string => `regex used for validation is '${format}'`;
const tooLong = (length: number): string => `must be no more than ${length} characters`;

/** What is wrong with a DNS label; nothing when it is one. */
export function labelProblems(name: string): string[] {
  const problems = name.length > 63 ? [tooLong(63)] : [];
  if (!patterns.label.test(name))
    problems.push(
      `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', ${used(labelFormat)})`,
    );
  return problems;
}

export function subdomainProblems(name: string): string[] {
  const problems = name.length > 253 ? [tooLong(253)] : [];
  if (!patterns.subdomain.test(name))
    problems.push(
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', ${used(subdomainFormat)})`,
    );
  return problems;
}

/** A name with an optional prefix, such as `example.com/role`. */
export function qualifiedNameProblems(value: string): string[] {
  const rules = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', ${used(qualifiedFormat)})`;
  const parts = value.split('/');
  if (parts.length > 2)
    return [`a qualified name ${rules} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts.at(-1) ?? '';
  const problems: string[] = [];
  const [prefix] = parts;
  if (parts.length === 2 && prefix === '') problems.push('prefix part must be non-empty');
  else if (parts.length === 2)
    problems.push(...subdomainProblems(prefix ?? '').map((problem) => `prefix part ${problem}`));
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push(`name part ${tooLong(63)}`);
  if (!patterns.qualified.test(name)) problems.push(`name part ${rules}`);
  return problems;
}

export function labelValueProblems(value: string): string[] {
  const problems = value.length > 63 ? [tooLong(63)] : [];
  if (!patterns.value.test(value))
    problems.push(
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', ${used(valueFormat)})`,
    );
  return problems;
}

/** The keys of config maps and secrets. */
export function configKeyProblems(key: string): string[] {
  if (!patterns.key.test(key))
    return [
      `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', ${used(keyFormat)})`,
    ];
  if (key.length > 253) return [tooLong(253)];
  return key === '.' || key === '..' ? [`must not be '${key}'`] : key.startsWith('..') ? ["must not start with '..'"] : [];
}

export const asErrors = (field: string, value: string, problems: readonly string[]): FieldError[] =>
  problems.map((problem) => invalidValue(field, quoted(value), problem));
