import type { TextTest } from './pattern';

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(year: number, month: number, day: number): boolean {
  const most = month === 2 && isLeap(year) ? 29 : (days[month - 1] ?? 0);
  return day >= 1 && day <= most;
}

/** A full date of RFC 3339. */
export const date: TextTest = (text) => {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  return year !== undefined && isDay(Number(year), Number(month), Number(day));
};

const times = /^(\d{4})-(\d{2})-(\d{2})[tT ](\d{2}):(\d{2}):(\d{2})(?:[.,]\d+)?(?:[zZ]|[+-](\d{2}):?(\d{2}))?$/;

/** A time of RFC 3339, or one of the forms that upstream takes besides. */
export const dateTime: TextTest = (text) => {
  const [, year, month, day, hour, minute, second, zoneHour = '0', zoneMinute = '0'] = times.exec(text) ?? [];
  if (year === undefined || !isDay(Number(year), Number(month), Number(day))) return false;
  return (
    Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && Number(zoneHour) < 25 && Number(zoneMinute) < 60
  );
};

const goDuration = /^[-+]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)(((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)))*$/;
/** Words as Scala has them, of which upstream looks for the first that fits, wherever it is. */
const wordDuration =
  /(\d+)\s*(nanoseconds?|nanos?|ns|microseconds?|micros?|us|µs|milliseconds?|millis?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w|hour|hou|ho)/i;

/** A length of time, as Go writes it or in words. */
export const duration: TextTest = (text) => text === '0' || goDuration.test(text) || wordDuration.test(text);
