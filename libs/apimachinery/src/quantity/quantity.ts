import { RecentMap } from '@skiff/contracts';

/** A parsed quantity: its magnitude in nano-units, and the family of its suffix. */
interface Parsed {
  readonly negative: boolean;
  readonly nano: bigint;
  readonly format: 'binary' | 'decimal' | 'exponent';
}

const pattern = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
/** What only has a suffix that does not exist. */
const otherSuffix = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEinumkKMGTP]+[+-]?\d*|[+-]\d*)$/;
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal: readonly (readonly [string, number])[] = [
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
];
const powers: ReadonlyMap<string, number> = new Map(decimal);
/** The largest amount with a binary suffix: upstream caps what is larger. */
const largestBinaryNano = (2n ** 63n - 1n) * 1_000_000_000n;
/** How many digits a whole number may have. Upstream promises 19 and computes more, without an end. */
const mostDigits = 64;

/** Upstream's messages for text that is no quantity. */
export const quantityFormatError = `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`;
export const quantitySuffixError = "unable to parse quantity's suffix";
export const quantityNumericError = 'unable to parse numeric part of quantity';

/** A cluster has few amounts, and asks for each of them again and again. Longer texts are hardly shared. */
const recent = new RecentMap<Parsed>(4_096);
const longestShared = 32;

function parse(text: string): Parsed {
  if (text.length > longestShared) return read(text);
  const known = recent.get(text);
  if (known) return known;
  const parsed = read(text);
  recent.set(text, parsed);
  return parsed;
}

/** Upstream: staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go, ParseQuantity. Takes linear time. */
function read(text: string): Parsed {
  const match = pattern.exec(text);
  if (!match) throw new RangeError(otherSuffix.test(text) ? quantitySuffixError : quantityFormatError);
  const [, sign, whole = '', fraction = match[4] ?? '', , suffix = ''] = match;
  const negative = sign === '-';
  const power = powers.get(suffix);
  if (power !== undefined) return { negative, nano: decimalNano(whole, fraction, power), format: 'decimal' };
  const thousands = binary.indexOf(suffix) + 1;
  if (thousands > 0) return { negative, nano: binaryNano(whole, fraction, thousands), format: 'binary' };
  return { negative, nano: decimalNano(whole, fraction, Number(suffix.slice(1))), format: 'exponent' };
}

/** `whole.fraction` times ten to a power that may be anything. Throws for what is too large to compute with. */
function decimalNano(whole: string, fraction: string, power: number): bigint {
  const digits = withoutLeadingZeros(`${whole}${fraction}`);
  if (digits === '') return 0n;
  const wholeDigits = digits.length - fraction.length + power;
  if (wholeDigits > mostDigits) throw new RangeError(power > 18 ? quantitySuffixError : quantityNumericError);
  const kept = wholeDigits + 9;
  if (digits.length <= kept) return BigInt(digits.padEnd(kept, '0'));
  return roundedUp(digits, Math.max(kept, 0));
}

function binaryNano(whole: string, fraction: string, thousands: number): bigint {
  const digits = withoutLeadingZeros(whole);
  if (digits.length > mostDigits) return largestBinaryNano;
  const places = Math.min(fraction.length, mostDigits);
  const unscaled = roundedUp(`${digits}${fraction}`, digits.length + places) * 1024n ** BigInt(thousands);
  const unit = 10n ** BigInt(places);
  const nano = (unscaled * 1_000_000_000n + unit - 1n) / unit;
  return nano > largestBinaryNano ? largestBinaryNano : nano;
}

/** The number that the first digits make, rounded up if others follow that are not zero. */
function roundedUp(digits: string, kept: number): bigint {
  const first = BigInt(digits.slice(0, kept));
  return /[1-9]/.test(digits.slice(kept)) ? first + 1n : first;
}

const withoutLeadingZeros = (digits: string): string => (digits.startsWith('0') ? digits.replace(/^0+/, '') : digits);

/** The amount in nano-units; throws RangeError on text that is no quantity, or one of more than 64 digits before the point. */
export function quantityToNano(text: string): bigint {
  const { negative, nano } = parse(text);
  return negative ? -nano : nano;
}

/** The amount in whole units, rounded up, as upstream's Value. */
export function quantityToNumber(text: string): number {
  const nano = quantityToNano(text);
  const whole = nano / 1_000_000_000n;
  return Number(nano % 1_000_000_000n > 0n ? whole + 1n : whole);
}

/** The amount in thousandths, rounded up, as upstream's MilliValue. */
export function quantityToMilli(text: string): number {
  const nano = quantityToNano(text);
  const milli = nano / 1_000_000n;
  return Number(nano % 1_000_000n > 0n ? milli + 1n : milli);
}

export function compareQuantities(a: string, b: string): number {
  const difference = quantityToNano(a) - quantityToNano(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The one text that upstream writes for an amount: no fraction, the largest suffix that leaves none, in the family it was given in. */
export function canonicalQuantity(text: string): string {
  const { negative, nano, format } = parse(text);
  if (nano === 0n) return '0';
  return `${negative ? '-' : ''}${render(nano, format)}`;
}

/** The text of an amount of nano-units, in the family of suffixes of a quantity; of another when that one is zero. */
export function quantityFromNano(nano: bigint, like: string, otherwise = like): string {
  if (nano === 0n) return '0';
  const family = quantityToNano(like) === 0n && quantityToNano(otherwise) !== 0n ? otherwise : like;
  return `${nano < 0n ? '-' : ''}${render(nano < 0n ? -nano : nano, parse(family).format)}`;
}

function render(nano: bigint, format: Parsed['format']): string {
  const unit = 1_000_000_000n;
  if (format === 'binary' && nano % unit === 0n && nano >= 1024n * unit) {
    let value = nano / unit;
    let power = 0;
    while (power < binary.length && value % 1024n === 0n) {
      value /= 1024n;
      power += 1;
    }
    return `${value}${power ? binary[power - 1] : ''}`;
  }
  let value = nano;
  let exponent = -9;
  while (value % 1000n === 0n && (exponent < 18 || format === 'exponent')) {
    value /= 1000n;
    exponent += 3;
  }
  if (format === 'exponent') return exponent === 0 ? String(value) : `${value}e${exponent}`;
  return `${value}${decimal.find(([, power]) => power === exponent)?.[0] ?? ''}`;
}
