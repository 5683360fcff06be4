import { boolType, doubleType, intType, opaqueType } from '../types/type';
import { EvaluationError } from '../values/evaluation-error';
import { DoubleValue, fitsInt, type Int, OpaqueValue, toInt } from '../values/value';
import { func, global, instanceOf, int, member, string } from './declare';

export const quantityType = opaqueType('kubernetes.Quantity');

const nano = 1_000_000_000n;

/** An amount, in thousand-millionths. */
class QuantityValue extends OpaqueValue {
  readonly typeName = quantityType.name;

  constructor(readonly amount: bigint) {
    super();
  }

  equals(other: QuantityValue): boolean {
    return this.amount === other.amount;
  }
}

const formatWrong = `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`;
const suffixWrong = `unable to parse quantity's suffix`;
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal: ReadonlyMap<string, number> = new Map([
  ...([
    ['n', -9],
    ['u', -6],
    ['m', -3],
    ['', 0],
    ['k', 3],
  ] as const),
  ...([
    ['M', 6],
    ['G', 9],
    ['T', 12],
    ['P', 15],
    ['E', 18],
  ] as const),
]);
const greatestBinary = (2n ** 63n - 1n) * nano;
/** As elsewhere: no amount that anybody means has more digits. */
const mostDigits = 64;

/** The amount of a text; why it is none otherwise. Upstream: resource.ParseQuantity, which rounds away from zero. */
function read(text: string): bigint | string {
  if (text.length > 2 * mostDigits) return formatWrong;
  const match = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))([eEinumkKMGTP]*[-+]?\d*)$/.exec(text);
  if (!match) return formatWrong;
  const [, sign, whole = '', fraction = match[4] ?? '', , suffix = ''] = match;
  const amount = scaled(whole + fraction, fraction.length, suffix);
  if (amount === undefined) return suffixWrong;
  return sign === '-' ? -amount : amount;
}

function scaled(digits: string, places: number, suffix: string): bigint | undefined {
  const number = BigInt(digits) * nano;
  const thousands = binary.indexOf(suffix) + 1;
  if (thousands > 0) {
    const found = divideUp(number * 1024n ** BigInt(thousands), 10n ** BigInt(places));
    return found > greatestBinary ? greatestBinary : found;
  }
  const exponent = /^[eE]([+-]?\d{1,4})$/.exec(suffix);
  const power = (exponent ? Number(exponent[1]) : decimal.get(suffix)) ?? undefined;
  if (power === undefined || Math.abs(power) > mostDigits) return undefined;
  const shift = power - places;
  return shift >= 0 ? number * 10n ** BigInt(shift) : divideUp(number, 10n ** BigInt(-shift));
}

const divideUp = (one: bigint, other: bigint): bigint => (one + other - 1n) / other;

function parseQuantity(text: string): QuantityValue {
  const found = read(text);
  if (typeof found === 'string') throw new EvaluationError(found);
  return new QuantityValue(found);
}

function asInteger({ amount }: QuantityValue): Int {
  const whole = amount / nano;
  if (amount % nano !== 0n || !fitsInt(whole)) throw new EvaluationError('cannot convert value to integer');
  return toInt(whole);
}

const isInteger = ({ amount }: QuantityValue): boolean => amount % nano === 0n && fitsInt(amount / nano);

const asDouble = ({ amount }: QuantityValue): number => Number(amount / nano) + Number(amount % nano) / Number(nano);

const compareTo = (one: QuantityValue, other: QuantityValue): number => {
  if (one.amount === other.amount) return 0;
  return one.amount < other.amount ? -1 : 1;
};

const signOf = ({ amount }: QuantityValue): number => {
  if (amount === 0n) return 0;
  return amount < 0n ? -1 : 1;
};

const sum = (one: QuantityValue, other: bigint): QuantityValue => new QuantityValue(one.amount + other);

const quantity = instanceOf(quantityType, QuantityValue);

/** Upstream: k8s.io/apiserver/pkg/cel/library/quantity.go. */
export const quantities = [
  func('quantity', global('string_to_quantity', [string], quantityType, parseQuantity)),
  func(
    'isQuantity',
    global('is_quantity_string', [string], boolType, (text) => typeof read(text) !== 'string'),
  ),
  func(
    'sign',
    member('quantity_sign', [quantity], intType, signOf),
    global('sign_quantity', [quantity], intType, signOf),
  ),
  func(
    'isGreaterThan',
    member('quantity_is_greater_than', [quantity, quantity], boolType, (one, other) => one.amount > other.amount),
  ),
  func(
    'isLessThan',
    member('quantity_is_less_than', [quantity, quantity], boolType, (one, other) => one.amount < other.amount),
  ),
  func('compareTo', member('quantity_compare_to', [quantity, quantity], intType, compareTo)),
  func(
    'asApproximateFloat',
    member('quantity_get_float', [quantity], doubleType, (value) => new DoubleValue(asDouble(value))),
  ),
  func('asInteger', member('quantity_get_int', [quantity], intType, asInteger)),
  func('isInteger', member('quantity_is_integer', [quantity], boolType, isInteger)),
  func(
    'add',
    member('quantity_add', [quantity, quantity], quantityType, (one, other) => sum(one, other.amount)),
    member('quantity_add_int', [quantity, int], quantityType, (one, other) => sum(one, BigInt(other) * nano)),
  ),
  func(
    'sub',
    member('quantity_sub', [quantity, quantity], quantityType, (one, other) => sum(one, -other.amount)),
    member('quantity_sub_int', [quantity, int], quantityType, (one, other) => sum(one, -BigInt(other) * nano)),
  ),
];
