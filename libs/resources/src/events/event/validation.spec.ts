import { Kinds } from '@skiff/contracts';
import { changing, creating } from '../../testing/read';

const about = (namespace: string): object => ({ kind: 'Pod', name: 'p', namespace });
const told = { reportingInstance: 'i', action: 'A', reason: 'R' };

describe('An event', () => {
  it('of events.k8s.io/v1 leaves the old fields alone, and changes by its series only', () => {
    const event = {
      regarding: about('n'),
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'c',
      type: 'Normal',
      ...told,
    };
    expect(creating(Kinds.EventsEvent, event)).toEqual([]);
    expect(creating(Kinds.EventsEvent, { ...event, type: 'Odd', deprecatedCount: 1, series: { count: 1 } })).toEqual([
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
      'type: Invalid value: "": has invalid value: Odd',
      'count: Invalid value: "": needs to be unset',
    ]);
    expect(changing(Kinds.EventsEvent, event, { ...event, note: 'other' })).toEqual([
      'message: Invalid value: "other": field is immutable',
    ]);
  });
});
