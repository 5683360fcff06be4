import { Kinds } from '@skiff/contracts';
import { creating } from '../../testing/read';

const about = (namespace: string): object => ({ kind: 'Pod', name: 'p', namespace });
const told = { reportingInstance: 'i', action: 'A', reason: 'R' };

describe('An event', () => {
  it('of core/v1 agrees with what it is about, and says who reports it when it has a time of its own', () => {
    expect(creating(Kinds.Event, { involvedObject: about('n') })).toEqual([]);
    expect(creating(Kinds.Event, { involvedObject: about('m') })).toEqual([
      'involvedObject.namespace: Invalid value: "m": does not match event.namespace',
    ]);
    const eventTime = '2026-01-01T00:00:00.000000Z';
    expect(creating(Kinds.Event, { involvedObject: about('n'), eventTime, reportingComponent: 'c', ...told })).toEqual(
      [],
    );
    expect(creating(Kinds.Event, { involvedObject: about('n'), eventTime, message: 'x'.repeat(1025) })).toEqual([
      'reportingController: Required value',
      'reportingController: Invalid value: "": name part must be non-empty',
      expect.stringMatching(/^reportingController: Invalid value: "": name part must consist of/),
      'reportingInstance: Required value',
      'action: Required value',
      'reason: Required value',
      'message: Invalid value: "": can have at most 1024 characters',
    ]);
  });
});
