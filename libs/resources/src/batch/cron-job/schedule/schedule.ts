import { parseDuration } from '@skiff/contracts';
import { timeZoneProblem } from './time-zone';

/** Times on which something is due. Values are those of the fields of a schedule. */
export interface ScheduleFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Whether days of the month and of the week are both restricted: then either suffices. */
  readonly eitherDay: boolean;
}

/** What a schedule says: times by the clock, or a pause between two. */
export type ParsedSchedule = { readonly fields: ScheduleFields } | { readonly everyMilliseconds: number };

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const minutes: Bounds = { min: 0, max: 59 };

const hours: Bounds = { min: 0, max: 23 };

const days: Bounds = { min: 1, max: 31 };

const months: Bounds = { min: 1, max: 12, names: monthNames };

const weekdays: Bounds = { min: 0, max: 6, names: dayNames };

const named: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** The values of one field, and whether it leaves out none of them by a star. */
interface Field {
  readonly values: ReadonlySet<number>;
  readonly star: boolean;
}

const refuse = (message: string): never => {
  throw new RangeError(message);
};

/** Go's strconv.Atoi, as the original's parser calls it. */
function parseNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text))
    return refuse(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = BigInt(text.replace(/^\+/, ''));
  if (BigInt.asIntN(64, value) !== value)
    return refuse(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`,
    );
  if (value < 0n) return refuse(`negative number (${value}) not allowed: ${text}`);
  return Number(value);
}

function parseValue(text: string, { min, names }: Bounds): number {
  const index = names?.indexOf(text.toLowerCase()) ?? -1;
  return index < 0 ? parseNumber(text) : index + min;
}

/** One part of a field: a star, a value or a range, maybe with a step. */
function parsePart(part: string, bounds: Bounds): { from: number; to: number; step: number; star: boolean } {
  const [range = '', ...steps] = part.split('/');
  const [low = '', ...highs] = range.split('-');
  const star = low === '*' || low === '?';
  const from = star ? bounds.min : parseValue(low, bounds);
  if (!star && highs.length > 1) refuse(`too many hyphens: ${part}`);
  const [high] = highs;
  let to = star ? bounds.max : high === undefined ? from : parseValue(high, bounds);
  if (steps.length > 1) refuse(`too many slashes: ${part}`);
  const step = steps[0] === undefined ? 1 : parseNumber(steps[0]);
  // A step from a single value goes on to the end.
  if (steps.length > 0 && highs.length === 0) to = bounds.max;
  if (from < bounds.min) refuse(`beginning of range (${from}) below minimum (${bounds.min}): ${part}`);
  if (to > bounds.max) refuse(`end of range (${to}) above maximum (${bounds.max}): ${part}`);
  if (from > to) refuse(`beginning of range (${from}) beyond end of range (${to}): ${part}`);
  if (step === 0) refuse(`step of range should be a positive number: ${part}`);
  return { from, to, step, star: star && step === 1 };
}

function parseField(text: string, bounds: Bounds): Field {
  const values = new Set<number>();
  let anyStar = false;
  for (const part of text.split(',').filter((item) => item !== '')) {
    const { from, to, step, star } = parsePart(part, bounds);
    anyStar ||= star;
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return { values, star: anyStar };
}

function parseFields(text: string): ScheduleFields {
  const parts = text.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== 5) refuse(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  const parsed = {
    minutes: parseField(minute, minutes),
    hours: parseField(hour, hours),
    days: parseField(day, days),
    months: parseField(month, months),
    weekdays: parseField(weekday, weekdays),
  };
  return {
    minutes: parsed.minutes.values,
    hours: parsed.hours.values,
    days: parsed.days.values,
    months: parsed.months.values,
    weekdays: parsed.weekdays.values,
    eitherDay: !parsed.days.star && !parsed.weekdays.star,
  };
}

const every = '@every ';

/** A pause is a whole number of seconds, and one at least. */
function parsePause(text: string): ParsedSchedule {
  try {
    const seconds = Math.floor(parseDuration(text.slice(every.length)) / 1e9);
    return { everyMilliseconds: Math.max(1, seconds) * 1000 };
  } catch (error) {
    return refuse(`failed to parse duration ${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A schedule may begin with a zone for this parser, although Kubernetes has a field for it. */
function withoutZone(text: string): string {
  const [, zone, rest] = /^(?:CRON_)?TZ=(\S*)(.*)$/s.exec(text) ?? [];
  if (zone === undefined) return text;
  const problem = timeZoneProblem(zone);
  if (problem !== undefined) refuse(`provided bad location ${zone}: ${problem}`);
  return (rest ?? '').trim();
}

/**
 * Reads the schedule of a CronJob. Throws a RangeError in the words of the original.
 * Upstream: github.com/robfig/cron/v3, ParseStandard.
 */
export function parseSchedule(schedule: string): ParsedSchedule {
  if (schedule === '') refuse('empty spec string');
  const text = withoutZone(schedule);
  if (text.startsWith(every)) return parsePause(text);
  if (text.startsWith('@'))
    return { fields: parseFields(named.get(text) ?? refuse(`unrecognized descriptor: ${text}`)) };
  return { fields: parseFields(text) };
}
