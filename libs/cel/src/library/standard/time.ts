import { intType } from '../../types/type';
import { EvaluationError } from '../../values/evaluation-error';
import { type DurationValue, type TimestampValue, toInt } from '../../values/value';
import { duration, func, type FunctionDeclaration, member, string, timestamp } from '../declare';

const millisecond = 1_000_000n;
const second = 1_000n * millisecond;

const floorMilliseconds = (nanoseconds: bigint): bigint =>
  nanoseconds >= 0n ? nanoseconds / millisecond : -((-nanoseconds + millisecond - 1n) / millisecond);

/** The date and the time of a moment in a zone, as those of a date in UTC. */
function localDate({ nanoseconds }: TimestampValue, zone: string | undefined): Date {
  const milliseconds = Number(floorMilliseconds(nanoseconds));
  if (zone === undefined || zone === 'UTC' || zone === '') return new Date(milliseconds);
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(milliseconds + (offset[1] === '-' ? -1 : 1) * minutes * 60_000);
  }
  return inZone(milliseconds, zone);
}

const formatters = new Map<string, Intl.DateTimeFormat>();
/** There are some six hundred zones. */
const mostFormatters = 1_000;

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
      era: 'short',
    });
    if (formatters.size < mostFormatters) formatters.set(zone, made);
    return made;
  } catch (cause) {
    if (cause instanceof RangeError) throw new EvaluationError(`unknown time zone ${zone}`);
    throw cause;
  }
}

function inZone(milliseconds: number, zone: string): Date {
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(milliseconds)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const date = new Date(0);
  date.setUTCFullYear(parts.get('era') === 'BC' ? 1 - part('year') : part('year'), part('month') - 1, part('day'));
  const rest = ((milliseconds % 1_000) + 1_000) % 1_000;
  date.setUTCHours(part('hour'), part('minute'), part('second'), rest);
  return date;
}

function dayOfYear(date: Date): number {
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start.getTime()) / 86_400_000);
}

type Accessor = readonly [name: string, id: string, read: (date: Date) => number];

const accessors: readonly Accessor[] = [
  ['getFullYear', 'timestamp_to_year', (date) => date.getUTCFullYear()],
  ['getMonth', 'timestamp_to_month', (date) => date.getUTCMonth()],
  ['getDayOfYear', 'timestamp_to_day_of_year', dayOfYear],
  ['getDayOfMonth', 'timestamp_to_day_of_month', (date) => date.getUTCDate() - 1],
  ['getDate', 'timestamp_to_day_of_month_1_based', (date) => date.getUTCDate()],
  ['getDayOfWeek', 'timestamp_to_day_of_week', (date) => date.getUTCDay()],
  ['getHours', 'timestamp_to_hours', (date) => date.getUTCHours()],
  ['getMinutes', 'timestamp_to_minutes', (date) => date.getUTCMinutes()],
  ['getSeconds', 'timestamp_to_seconds', (date) => date.getUTCSeconds()],
  ['getMilliseconds', 'timestamp_to_milliseconds', (date) => date.getUTCMilliseconds()],
];

const ofDuration: ReadonlyMap<string, readonly [string, (duration: DurationValue) => bigint]> = new Map([
  ['getHours', ['duration_to_hours', ({ nanoseconds }: DurationValue) => nanoseconds / (3_600n * second)]],
  ['getMinutes', ['duration_to_minutes', ({ nanoseconds }: DurationValue) => nanoseconds / (60n * second)]],
  ['getSeconds', ['duration_to_seconds', ({ nanoseconds }: DurationValue) => nanoseconds / second]],
  [
    'getMilliseconds',
    ['duration_to_milliseconds', ({ nanoseconds }: DurationValue) => (nanoseconds % second) / millisecond],
  ],
]);

/** The parts of timestamps and durations. Upstream: cel-go common/types/timestamp.go, duration.go. */
export const time: readonly FunctionDeclaration[] = accessors.map(([name, id, read]) => {
  const lengthOf = ofDuration.get(name);
  return func(
    name,
    member(id, [timestamp], intType, (moment) => read(localDate(moment, undefined))),
    member(`${id}_with_tz`, [timestamp, string], intType, (moment, zone) => read(localDate(moment, zone))),
    ...(lengthOf ? [member(lengthOf[0], [duration], intType, (length) => toInt(lengthOf[1](length)))] : []),
  );
});
