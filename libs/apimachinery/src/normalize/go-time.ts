import { DecodeError } from './problem';

/** How a time is written, as Go's layouts say it. */
export interface TimeLayout {
  readonly text: string;
  /** Exactly six digits of a second; otherwise any number of them, or none. */
  readonly micro: boolean;
}

export const rfc3339: TimeLayout = { text: '2006-01-02T15:04:05Z07:00', micro: false };
export const rfc3339Micro: TimeLayout = { text: '2006-01-02T15:04:05.000000Z07:00', micro: true };

/** One element of a layout, what it reads, and what of it may be out of range. */
interface Element {
  readonly layout: string;
  readonly pattern: RegExp;
  readonly range?: { readonly name: string; readonly from: number; readonly to: number };
}

const literal = (text: string): Element => ({ layout: text, pattern: new RegExp(`^${text}`) });
const twoDigits = (layout: string, name: string, from: number, to: number): Element => ({
  layout,
  pattern: /^\d{2}/,
  range: { name, from, to },
});

const elements: readonly Element[] = [
  { layout: '2006', pattern: /^\d{4}/ },
  literal('-'),
  twoDigits('01', 'month', 1, 12),
  literal('-'),
  { layout: '02', pattern: /^\d{2}/ },
  literal('T'),
  twoDigits('15', 'hour', 0, 23),
  literal(':'),
  twoDigits('04', 'minute', 0, 59),
  literal(':'),
  twoDigits('05', 'second', 0, 59),
];
const sixDigits: Element = { layout: '.000000', pattern: /^\.\d{6}/ };
const anyDigits: Element = { layout: '', pattern: /^([.,]\d+)?/ };
const zone: Element = { layout: 'Z07:00', pattern: /^(Z|[+-]\d{2}:\d{2})/ };

/** Reads a time; throws DecodeError in the words of Go's time package. */
export function parseGoTime(text: string, { text: layout, micro }: TimeLayout): Date {
  let rest = text;
  for (const { layout: wanted, pattern, range } of [...elements, micro ? sixDigits : anyDigits, zone]) {
    const [found] = pattern.exec(rest) ?? [];
    if (found === undefined)
      throw new DecodeError(
        `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(wanted)}`,
      );
    if (range && (Number(found) < range.from || Number(found) > range.to)) throw outOfRange(text, range.name);
    rest = rest.slice(found.length);
  }
  if (rest !== '') throw new DecodeError(`parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`);
  return dateOf(text);
}

const outOfRange = (text: string, name: string): DecodeError =>
  new DecodeError(`parsing time ${JSON.stringify(text)}: ${name} out of range`);

function dateOf(text: string): Date {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  // The day before the first of the next month is the last one of this.
  const days = new Date(Date.UTC(2000, month, 0)).getUTCDate();
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (day < 1 || day > (month === 2 && !leap ? 28 : days)) throw outOfRange(text, 'day');
  const date = new Date(text.replace(',', '.'));
  if (Number.isNaN(date.getTime())) throw outOfRange(text, 'time zone offset hour');
  return date;
}
