import { parseSchedule } from './schedule';
import { timeZoneProblem } from './time-zone';

const problemOf = (schedule: string): string | undefined => {
  try {
    parseSchedule(schedule);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const fieldsOf = (schedule: string) => {
  const parsed = parseSchedule(schedule);
  if (!('fields' in parsed)) throw new Error('no fields');
  return parsed.fields;
};

describe('A schedule', () => {
  it.each([
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * * 13 *', 'end of range (13) above maximum (12): 13'],
    ['0 0 * * 7', 'end of range (7) above maximum (6): 7'],
    ['0 0 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['*/-1 * * * *', 'negative number (-1) not allowed: -1'],
    ['* * * * foo', 'failed to parse int from foo: strconv.Atoi: parsing "foo": invalid syntax'],
    ['9-5 * * * *', 'beginning of range (9) beyond end of range (5): 9-5'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['*/2/3 * * * *', 'too many slashes: */2/3'],
    ['-1 * * * *', 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
    ['', 'empty spec string'],
    ['@Daily', 'unrecognized descriptor: @Daily'],
    ['@every 1', 'failed to parse duration @every 1: time: missing unit in duration "1"'],
    ['@every 1h2x', 'failed to parse duration @every 1h2x: time: unknown unit "x" in duration "1h2x"'],
    ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
    ['TZ=europe/berlin * * * * *', 'provided bad location europe/berlin: unknown time zone europe/berlin'],
  ])('%s is refused: %s', (schedule, problem) => {
    expect(problemOf(schedule)).toBe(problem);
  });

  it('names months and days, in any case, and steps from a single value to the end', () => {
    const { months, weekdays, minutes } = fieldsOf('50/5,,3 ? * Jan-MAR sun,1-5/2');
    expect([[...minutes], [...months], [...weekdays]]).toEqual([
      [50, 55, 3],
      [1, 2, 3],
      [0, 1, 3, 5],
    ]);
  });

  it('takes either day when neither is a star: a star with a step is none', () => {
    expect(fieldsOf('0 0 13 * 5').eitherDay).toBe(true);
    expect(fieldsOf('0 0 */2 * 5').eitherDay).toBe(true);
    expect(fieldsOf('0 0 * * 5').eitherDay).toBe(false);
    expect(fieldsOf('0 0 1,* * 5').eitherDay).toBe(false);
  });

  it('may be a pause, of a second at least', () => {
    expect(parseSchedule('@every 1h30m')).toEqual({ everyMilliseconds: 5_400_000 });
    expect(parseSchedule('@every 10ms')).toEqual({ everyMilliseconds: 1000 });
    expect(parseSchedule('TZ=UTC @hourly')).toEqual(parseSchedule('0 * * * *'));
  });
});

it('A time zone is named exactly, by any of its names', () => {
  for (const zone of ['Europe/Berlin', 'UTC', 'US/Pacific', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])
    expect(timeZoneProblem(zone)).toBeUndefined();
  expect(timeZoneProblem('europe/berlin')).toBe('unknown time zone europe/berlin');
  expect(timeZoneProblem('../UTC')).toBe('unknown time zone ../UTC');
  expect(timeZoneProblem('lOCAL')).toBe(
    'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
  );
});
