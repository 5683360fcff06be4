import { BinaryWriter, type BinaryReader } from '@bufbuild/protobuf/wire';
import type { Codec } from './codec';
import { readMessage } from './read';

/** A span of time as Go writes it, such as `1m30s`. */
export type Duration = string;

const units: readonly (readonly [string, number])[] = [
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
];

/** As many nanoseconds as 64 bits can count. */
const longest = 2 ** 63 - 1;

/** What is wrong with a duration, in Go's words: the first number without a unit, or with one that nobody knows. */
function problemOf(text: string): string {
  const quoted = JSON.stringify(text);
  const parts = /(?:\d+(?:\.\d*)?|\.\d+)([^\d.]*)/y;
  parts.lastIndex = /^[+-]/.test(text) ? 1 : 0;
  while (parts.lastIndex < text.length) {
    const [, unit] = parts.exec(text) ?? [];
    if (unit === undefined) break;
    if (unit === '') return `time: missing unit in duration ${quoted}`;
    if (!units.some(([known]) => known === unit))
      return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
  }
  return `time: invalid duration ${quoted}`;
}

/** Nanoseconds of a duration; throws on text that Go's time.ParseDuration refuses. */
export function parseDuration(text: string): number {
  // Only text that matches is looked through for its parts, and that takes linear time.
  const match = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.exec(text);
  if (text === '0') return 0;
  if (!match) throw new RangeError(problemOf(text));
  let total = 0;
  for (const part of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(part[1]) * (units.find(([unit]) => unit === part[2])?.[1] ?? 0);
  }
  if (total > longest) throw new RangeError(`time: invalid duration "${text}"`);
  return match[1] === '-' ? -total : total;
}

/** A duration as Go's Duration.String writes it. */
export function formatDuration(nanoseconds: number): string {
  const sign = nanoseconds < 0 ? '-' : '';
  const value = Math.abs(nanoseconds);
  if (value === 0) return '0s';
  if (value < 1e3) return `${sign}${value}ns`;
  if (value < 1e6) return `${sign}${value / 1e3}µs`;
  if (value < 1e9) return `${sign}${value / 1e6}ms`;
  const hours = Math.floor(value / 3600e9);
  const minutes = Math.floor((value % 3600e9) / 60e9);
  const seconds = Number(((value % 60e9) / 1e9).toFixed(9));
  return `${sign}${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds}s`;
}

export const Duration: Codec<Duration> = {
  encode: (value, writer = new BinaryWriter()) => writer.uint32(8).int64(parseDuration(value)),
  decode: (input: BinaryReader | Uint8Array, length?: number) => {
    let nanoseconds = 0;
    readMessage(input, length, (field, reader) => {
      if (field !== 1) return false;
      nanoseconds = Number(reader.int64());
      return true;
    });
    return formatDuration(nanoseconds);
  },
};
