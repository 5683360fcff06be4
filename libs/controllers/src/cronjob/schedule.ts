/** Minutes, hours, days of the month, months and days of the week on which something is due. */
interface Fields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Whether days of the month and of the week are both restricted: then either suffices. */
  readonly eitherDay: boolean;
}

const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

function numberOf(text: string, names: readonly string[], offset: number): number {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + offset;
  if (!/^\d+$/.test(text)) throw new RangeError(`failed to parse int from ${text}`);
  return Number(text);
}

function parseField(text: string, min: number, max: number, names: readonly string[] = []): Set<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step, more] = part.split('/');
    const [first = '', last] = range.split('-');
    const everything = first === '*' || first === '?';
    const from = everything ? min : numberOf(first, names, min);
    const to = everything || (last === undefined && step !== undefined) ? max : numberOf(last ?? first, names, min);
    const by = step === undefined ? 1 : numberOf(step, [], 0);
    if (more !== undefined || from < min || to > max || from > to || by === 0) {
      throw new RangeError(`invalid part of a schedule: ${part}`);
    }
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return values;
}

function parseFields(text: string): Fields {
  const parts = (macros[text] ?? text).trim().split(/\s+/);
  if (parts.length !== 5) throw new RangeError(`expected exactly 5 fields, found ${parts.length}: [${text}]`);
  const [minutes = '', hours = '', days = '', months = '', weekdays = ''] = parts;
  const anyDay = (field: string): boolean => field.startsWith('*') || field.startsWith('?');
  return {
    minutes: parseField(minutes, 0, 59),
    hours: parseField(hours, 0, 23),
    days: parseField(days, 1, 31),
    months: parseField(months, 1, 12, monthNames),
    weekdays: parseField(weekdays, 0, 6, dayNames),
    eitherDay: !anyDay(days) && !anyDay(weekdays),
  };
}

/** No schedule is looked at for longer than this. */
const horizon = 5 * 366 * 24 * 60 * 60_000;
const minute = 60_000;
const hour = 60 * minute;

/** A cron schedule in a time zone; UTC when none is named. Throws a RangeError when either is invalid. */
export class Schedule {
  private readonly fields: Fields;
  private readonly format: Intl.DateTimeFormat;

  constructor(text: string, timeZone = 'UTC') {
    this.fields = parseFields(text);
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      weekday: 'short',
    });
  }

  /** The first time after another (both in milliseconds since the epoch); undefined when there is none within five years. */
  next(after: number): number | undefined {
    let time = Math.floor(after / minute) * minute + minute;
    while (time < after + horizon) {
      const { day, hourMatches, minuteMatches, minuteNow } = this.matches(time);
      if (day && hourMatches && minuteMatches) return time;
      // Whole hours are skipped while the day or the hour is wrong: zones are whole minutes apart.
      time += day && hourMatches ? minute : hour - minuteNow * minute;
    }
    return undefined;
  }

  private matches(time: number): { day: boolean; hourMatches: boolean; minuteMatches: boolean; minuteNow: number } {
    const parts = new Map(this.format.formatToParts(time).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const { months, days, weekdays, eitherDay, hours, minutes } = this.fields;
    const inMonth = days.has(number('day'));
    const inWeek = weekdays.has(dayNames.indexOf((parts.get('weekday') ?? '').toLowerCase()));
    return {
      day: months.has(number('month')) && (eitherDay ? inMonth || inWeek : inMonth && inWeek),
      hourMatches: hours.has(number('hour')),
      minuteMatches: minutes.has(number('minute')),
      minuteNow: number('minute'),
    };
  }
}
