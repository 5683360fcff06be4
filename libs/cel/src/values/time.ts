import { DurationValue, TimestampValue } from './value';

const unitNanoseconds: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const second = 1_000_000_000n;
const greatest = 2n ** 63n - 1n;
/** The first and the last second that a timestamp can be: of the years 1 and 9999. */
const firstSecond = -62_135_596_800n;
const lastSecond = 253_402_300_799n;

/** A duration that Go would read: `1h30m`, `-1.5s`; undefined for others. Upstream: time.ParseDuration. */
export function parseDuration(text: string): DurationValue | undefined {
  const match = /^([+-]?)(.+)$/s.exec(text);
  if (!match || text.length > 1_000) return undefined;
  const [, sign, rest = ''] = match;
  if (rest === '0') return new DurationValue(0n);
  const part = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/gy;
  let total = 0n;
  while (part.lastIndex < rest.length) {
    const found = part.exec(rest);
    if (!found) return undefined;
    const [, whole = '', fraction = '', unit = ''] = found;
    if (whole === '' && fraction === '') return undefined;
    const size = unitNanoseconds.get(unit) ?? 0n;
    total += BigInt(whole || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
    if (total > greatest + (sign === '-' ? 1n : 0n)) return undefined;
  }
  return new DurationValue(sign === '-' ? -total : total);
}

const timestampPattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** A moment in the form of RFC 3339; undefined for other text. */
export function parseTimestamp(text: string): TimestampValue | undefined {
  const match = text.length > 100 ? null : timestampPattern.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, seconds = 0] = match.slice(1, 7).map(Number);
  if (hour > 23 || minute > 59 || seconds > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const [, , , , , , , fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = match;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -60 : 60);
  const sinceEpoch = BigInt(date.getTime() / 1_000 + hour * 3_600 + minute * 60 + seconds - offset);
  return timestampOf(sinceEpoch * second + BigInt(fraction.slice(0, 9).padEnd(9, '0')));
}

/** A timestamp, if the moment is one that can be written. */
export function timestampOf(nanoseconds: bigint): TimestampValue | undefined {
  if (nanoseconds < firstSecond * second || nanoseconds >= (lastSecond + 1n) * second) return undefined;
  return new TimestampValue(nanoseconds);
}

const trimZeros = (digits: string): string => digits.replace(/0+$/, '');

export function formatTimestamp({ nanoseconds }: TimestampValue): string {
  const fraction = ((nanoseconds % second) + second) % second;
  const date = new Date(Number((nanoseconds - fraction) / 1_000_000n));
  const digits = trimZeros(String(fraction).padStart(9, '0'));
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  const rest = date.toISOString().slice(date.toISOString().indexOf('-', 1), -5);
  return `${year}${rest}${digits === '' ? '' : `.${digits}`}Z`;
}

/** In seconds, as expressions write it: `90s`, `1.5s`. */
export function formatDuration({ nanoseconds }: DurationValue): string {
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const digits = trimZeros(String(magnitude % second).padStart(9, '0'));
  return `${nanoseconds < 0n ? '-' : ''}${String(magnitude / second)}${digits === '' ? '' : `.${digits}`}s`;
}

export const fitsDuration = (nanoseconds: bigint): boolean => nanoseconds >= -greatest - 1n && nanoseconds <= greatest;
