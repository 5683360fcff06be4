import { parseSchedule, type ParsedSchedule, type ScheduleFields } from '@skiff/resources';

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** No schedule is looked at for longer than this. */
const horizon = 5 * 366 * 24 * 60 * 60_000;
const minute = 60_000;
const hour = 60 * minute;

/** A cron schedule in a time zone; UTC when none is named. Throws a RangeError when either is invalid. */
export class Schedule {
  private readonly parsed: ParsedSchedule;
  private readonly format: Intl.DateTimeFormat;

  constructor(text: string, timeZone = 'UTC') {
    this.parsed = parseSchedule(text);
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
    if ('fields' in this.parsed) return this.nextByClock(after, this.parsed.fields);
    return Math.floor(after / 1000) * 1000 + this.parsed.everyMilliseconds;
  }

  private nextByClock(after: number, fields: ScheduleFields): number | undefined {
    let time = Math.floor(after / minute) * minute + minute;
    while (time < after + horizon) {
      const { day, hourMatches, minuteMatches, minuteNow } = this.matches(time, fields);
      if (day && hourMatches && minuteMatches) return time;
      // Whole hours are skipped while the day or the hour is wrong: zones are whole minutes apart.
      time += day && hourMatches ? minute : hour - minuteNow * minute;
    }
    return undefined;
  }

  private matches(
    time: number,
    { months, days, weekdays, eitherDay, hours, minutes }: ScheduleFields,
  ): { day: boolean; hourMatches: boolean; minuteMatches: boolean; minuteNow: number } {
    const parts = new Map(this.format.formatToParts(time).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
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
