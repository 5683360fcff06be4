import { zoneNames } from './zone-names';

const part = /^[A-Za-z._0-9+-]{1,14}$/;

/** What is wrong with the name of a time zone, which is case-sensitive; undefined when nothing is. Upstream: validateTimeZone. */
export function timeZoneProblem(zone: string): string | undefined {
  if (zone === '') return 'timeZone must be nil or non-empty string';
  if (zone.split('/').some((name) => name === '.' || name === '..' || name.startsWith('-') || !part.test(name)))
    return `unknown time zone ${zone}`;
  if (zone.toLowerCase() === 'local')
    return 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
  return zoneNames.has(zone) ? undefined : `unknown time zone ${zone}`;
}
