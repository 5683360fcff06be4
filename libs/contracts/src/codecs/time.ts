import { BinaryWriter, type BinaryReader } from '@bufbuild/protobuf/wire';
import type { Codec } from './codec';
import { readMessage } from './read';

/** RFC 3339 in UTC with whole seconds; null is the zero time. */
export type Time = string;
/** RFC 3339 in UTC with microseconds. */
export type MicroTime = string;
export type Timestamp = string;

/** A time as whole seconds since the epoch and nanoseconds. */
interface Instant {
  seconds: number;
  nanos: number;
}

const pattern = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?\d*(Z|[+-]\d{2}:\d{2})$/;

/** The last one that was read: an object has the time of its creation twice or more. */
let lastRead = { text: '', instant: { seconds: 0, nanos: 0 } as Readonly<Instant> };

function parse(text: string): Readonly<Instant> {
  if (text !== lastRead.text) lastRead = { text, instant: read(text) };
  return lastRead.instant;
}

function read(text: string): Instant {
  const match = pattern.exec(text);
  if (!match) throw new RangeError(`not an RFC 3339 time: ${text}`);
  const seconds = Date.parse(`${match[1]}${match[3]}`) / 1000;
  return { seconds, nanos: Number((match[2] ?? '').padEnd(9, '0')) };
}

/** Go's zero time, the first second of year 1, travels as a message without fields. */
const zeroSeconds = -62_135_596_800;

const isZero = ({ seconds, nanos }: Readonly<Instant>): boolean => seconds === zeroSeconds && nanos === 0;

/** Undefined is the zero time. The epoch is none: its zeros are written out. */
function decodeInstant(input: BinaryReader | Uint8Array, length?: number): Instant | undefined {
  const instant: Instant = { seconds: 0, nanos: 0 };
  let empty = true;
  readMessage(input, length, (field, reader) => {
    empty = false;
    if (field === 1) instant.seconds = Number(reader.int64());
    else if (field === 2) instant.nanos = reader.int32();
    else return false;
    return true;
  });
  return empty || isZero(instant) ? undefined : instant;
}

function timeCodec(format: (instant: Instant) => string): Codec<string> {
  return {
    encode: (value, writer = new BinaryWriter()) => {
      // Of a map's values, null is one that decode gave.
      const instant = (value as string | null) === null ? undefined : parse(value);
      if (!instant || isZero(instant)) return writer;
      const { seconds, nanos } = instant;
      return writer.uint32(8).int64(seconds).uint32(16).int32(nanos);
    },
    // The zero time is null in JSON; every field that holds one by value allows null.
    decode: (input: BinaryReader | Uint8Array, length?: number) => {
      const instant = decodeInstant(input, length);
      return instant === undefined ? (null as unknown as string) : format(instant);
    },
  };
}

/** How many seconds are remembered with their texts: objects that were written together share their times. */
const mostSeconds = 1_024;
const written: { readonly seconds: number; readonly text: string }[] = [];

function wholeSeconds({ seconds }: Instant): string {
  const place = Math.abs(seconds) % mostSeconds;
  const known = written[place];
  if (known?.seconds === seconds) return known.text;
  const text = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  written[place] = { seconds, text };
  return text;
}

export const Time = timeCodec(wholeSeconds);
export const Timestamp = Time;
export const MicroTime = timeCodec((instant) =>
  wholeSeconds(instant).replace('Z', `.${String(Math.floor(instant.nanos / 1000)).padStart(6, '0')}Z`),
);
