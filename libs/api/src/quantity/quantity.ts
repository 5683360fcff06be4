/** A parsed quantity: digits times ten to the power of minus `scale`, and the family of its suffix. */
interface Parsed {
  readonly negative: boolean;
  /** The value in units of 10^-scale. */
  readonly unscaled: bigint;
  readonly scale: number;
  readonly format: 'binary' | 'decimal' | 'exponent';
}

const pattern = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
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

/** Upstream's message for text that is no quantity. */
export const quantityFormatError = `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`;

function parse(text: string): Parsed {
  const match = pattern.exec(text);
  if (!match) throw new RangeError(quantityFormatError);
  const [, sign, number = '', suffix = ''] = match;
  const [whole = '', fraction = ''] = number.split('.');
  let unscaled = BigInt(`${whole}${fraction}` || '0');
  let scale = fraction.length;
  let format: Parsed['format'] = 'decimal';
  if (binary.includes(suffix)) {
    unscaled *= 1024n ** BigInt(binary.indexOf(suffix) + 1);
    format = 'binary';
  } else if (/^[eE][+-]?\d+$/.test(suffix)) {
    scale -= Number(suffix.slice(1));
    format = 'exponent';
  } else scale -= decimal.find(([name]) => name === suffix)?.[1] ?? 0;
  if (scale < 0) {
    unscaled *= 10n ** BigInt(-scale);
    scale = 0;
  }
  // Finer than a nano-unit does not exist: rounded away from zero.
  if (scale > 9) {
    const factor = 10n ** BigInt(scale - 9);
    unscaled = (unscaled + factor - 1n) / factor;
    scale = 9;
  }
  return { negative: sign === '-', unscaled, scale, format };
}

/** The amount in nano-units; throws RangeError on text that is no quantity. */
export function quantityToNano(text: string): bigint {
  const { negative, unscaled, scale } = parse(text);
  const nano = unscaled * 10n ** BigInt(9 - scale);
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
  const parsed = parse(text);
  const nano = parsed.unscaled * 10n ** BigInt(9 - parsed.scale);
  if (nano === 0n) return '0';
  return `${parsed.negative ? '-' : ''}${render(nano, parsed.format)}`;
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
  while (value % 1000n === 0n && exponent < 18) {
    value /= 1000n;
    exponent += 3;
  }
  if (format === 'exponent') return exponent === 0 ? String(value) : `${value}e${exponent}`;
  return `${value}${decimal.find(([, power]) => power === exponent)?.[0] ?? ''}`;
}
