import { boolType, intType, opaqueType } from '../types/type';
import { EvaluationError } from '../values/evaluation-error';
import { OpaqueValue, toInt, type Int } from '../values/value';
import { bool, func, global, instanceOf, member, string } from './declare';

export const semverType = opaqueType('kubernetes.Semver');

class SemverValue extends OpaqueValue {
  readonly typeName = semverType.name;

  constructor(
    readonly numbers: readonly bigint[],
    readonly preRelease: readonly string[],
  ) {
    super();
  }

  equals(other: SemverValue): boolean {
    return compareVersions(this, other) === 0;
  }
}

const numeric = /^(?:0|[1-9]\d*)$/;
const part = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const pattern = new RegExp(`^(\\d+)\\.(\\d+)\\.(\\d+)(?:-(${part}))?(?:\\+${part})?$`);
const longest = 1_000;
const greatest = 2n ** 64n;

/** Without a leading v, with all three numbers, and without leading zeros. Upstream: normalizeAndParse. */
function normalized(text: string): string {
  const bare = text.replace(/^v/, '');
  const cut = bare.search(/[-+]/);
  const [numbers, rest] = cut < 0 ? [bare, ''] : [bare.slice(0, cut), bare.slice(cut)];
  const parts = numbers.split('.').map((number) => (/^0+\d/.test(number) ? number.replace(/^0+(?=\d)/, '') : number));
  // What comes after the numbers needs all three of them.
  while (parts.length < 3 && rest === '') parts.push('0');
  return parts.join('.') + rest;
}

/** The version; why it is none otherwise. Upstream: blang/semver, Parse. */
function read(text: string): SemverValue | string {
  if (text === '') return 'Version string empty';
  const match = text.length > longest ? null : pattern.exec(text);
  if (!match)
    return text.split('.').length < 3
      ? 'No Major.Minor.Patch elements found'
      : `Invalid character(s) found in version ${JSON.stringify(text.slice(0, 100))}`;
  const numbers = match.slice(1, 4);
  const padded = numbers.find((number) => !numeric.test(number ?? ''));
  if (padded !== undefined) return `Version number must not contain leading zeroes ${JSON.stringify(padded)}`;
  const values = numbers.map((number) => BigInt(number ?? '0'));
  if (values.some((value) => value >= greatest)) return 'value out of range';
  const preRelease = match[4]?.split('.') ?? [];
  const wrong = preRelease.find((found) => /^\d+$/.test(found) && !numeric.test(found));
  if (wrong !== undefined) return `Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(wrong)}`;
  return new SemverValue(values, preRelease);
}

function parseSemver(text: string): SemverValue {
  const found = read(text);
  if (typeof found === 'string') throw new EvaluationError(found);
  return found;
}

const order = <T extends bigint | string | number>(one: T, other: T): number => {
  if (one === other) return 0;
  return one < other ? -1 : 1;
};

function compareVersions(one: SemverValue, other: SemverValue): number {
  for (const [index, number] of one.numbers.entries()) {
    const found = order(number, other.numbers[index] ?? 0n);
    if (found !== 0) return found;
  }
  // A release comes after what was released before it.
  if (one.preRelease.length === 0 || other.preRelease.length === 0)
    return order(other.preRelease.length, one.preRelease.length);
  return comparePreReleases(one.preRelease, other.preRelease);
}

function comparePreReleases(one: readonly string[], other: readonly string[]): number {
  for (const [index, found] of one.entries()) {
    const second = other[index];
    if (second === undefined) return 1;
    if (found === second) continue;
    const [first, last] = [numeric.test(found), numeric.test(second)];
    if (first && last) return order(BigInt(found), BigInt(second));
    return first === last ? order(found, second) : first ? -1 : 1;
  }
  return order(one.length, other.length);
}

const semver = instanceOf(semverType, SemverValue);
const number =
  (index: number) =>
  ({ numbers }: SemverValue): Int =>
    toInt(numbers[index] ?? 0n);
const normalizedIf = (text: string, normalize: boolean): string => (normalize ? normalized(text) : text);

/** Upstream: k8s.io/apiserver/pkg/cel/library/semverlib.go, version 1. */
export const semvers = [
  func(
    'semver',
    global('string_to_semver', [string], semverType, parseSemver),
    global('string_bool_to_semver', [string, bool], semverType, (text, normalize) =>
      parseSemver(normalizedIf(text, normalize)),
    ),
  ),
  func(
    'isSemver',
    global('is_semver_string', [string], boolType, (text) => typeof read(text) !== 'string'),
    global(
      'is_semver_string_bool',
      [string, bool],
      boolType,
      (text, normalize) => typeof read(normalizedIf(text, normalize)) !== 'string',
    ),
  ),
  func(
    'isLessThan',
    member('semver_is_less_than', [semver, semver], boolType, (one, other) => compareVersions(one, other) < 0),
  ),
  func(
    'isGreaterThan',
    member('semver_is_greater_than', [semver, semver], boolType, (one, other) => compareVersions(one, other) > 0),
  ),
  func('compareTo', member('semver_compare_to', [semver, semver], intType, compareVersions)),
  func('major', member('semver_major', [semver], intType, number(0))),
  func('minor', member('semver_minor', [semver], intType, number(1))),
  func('patch', member('semver_patch', [semver], intType, number(2))),
];
