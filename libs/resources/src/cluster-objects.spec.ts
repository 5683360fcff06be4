import { normalizeObject, messageSchema } from '@skiff/apimachinery';
import { type Kind, Kinds, type metav1 } from '@skiff/contracts';
import { applyDefaults } from './resource-of';
import { validateCreate, validateUpdate } from './testing/by-kind';
import { problemsOf } from './testing/problems-of';

type Meta = { metadata?: metav1.ObjectMeta | undefined };

function read<T extends Meta>(kind: Kind<T>, body: object): T {
  const object = normalizeObject<T>(messageSchema(kind.message), body, { unknownFields: [] });
  object.metadata = { ...object.metadata, name: 'o', ...(kind.namespaced ? { namespace: 'n' } : {}) };
  applyDefaults(kind, object);
  return object;
}

const creating = <T extends Meta>(kind: Kind<T>, body: object): string[] =>
  problemsOf(() => validateCreate(kind, read(kind, body)));

const changing = <T extends Meta>(kind: Kind<T>, from: object, into: object, subresource = ''): string[] =>
  problemsOf(() => validateUpdate(kind, read(kind, into), read(kind, from), subresource));

describe('A Node', () => {
  it('has taints that differ, amounts that can be, and one range of addresses for each family', () => {
    const taint = { key: 'a', value: 'b', effect: 'NoSchedule' };
    const spec = { taints: [taint, taint, { key: '', value: '-' }], podCIDRs: ['10.0.0.0/24', '10.0.0.0/24', 'x'] };
    expect(creating(Kinds.Node, { spec, status: { capacity: { cpu: '-1', pods: '1500m', 'a.b/c': '1' } } })).toEqual([
      'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"b","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
      'metadata.taints[2].key: Invalid value: "": name part must be non-empty',
      expect.stringMatching(/^metadata\.taints\[2\]\.key: Invalid value: "": name part must consist of/),
      expect.stringMatching(/^metadata\.taints\[2\]\.value: Invalid value: "-": a valid label must be/),
      'metadata.taints[2].effect: Required value',
      'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.capacity.pods: Invalid value: "1500m": must be an integer',
      // What can be allotted defaults to the capacity.
      'status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.allocatable.pods: Invalid value: "1500m": must be an integer',
      'spec.podCIDRs[2]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.0.0/24","x"]: may specify no more than one CIDR for each IP family',
      'spec.podCIDRs[1]: Duplicate value: "10.0.0.0/24"',
    ]);
  });

  it('keeps its range, and has each address once', () => {
    const address = { type: 'InternalIP', address: '10.0.0.1' };
    expect(changing(Kinds.Node, {}, { status: { addresses: [address, address] } }, 'status')).toEqual([
      'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}',
    ]);
    expect(
      changing(Kinds.Node, { spec: { podCIDRs: ['10.0.0.0/24'] } }, { spec: { podCIDRs: ['10.0.1.0/24'] } }),
    ).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      '[]: Forbidden: node updates may only change labels, taints, or capacity',
    ]);
  });
});

describe('An EndpointSlice', () => {
  const slice = (addressType: string, ...endpoints: object[]): string[] =>
    creating(Kinds.EndpointSlice, { addressType, endpoints });

  it('has addresses of its kind, and none that is special', () => {
    expect(slice('IPv4', { addresses: ['10.0.0.1'] })).toEqual([]);
    expect(slice('IPv4', { addresses: ['127.0.0.1', 'fd00::1', 'x'] }, {})).toEqual([
      'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'endpoints[0].addresses[1]: Invalid value: "fd00::1": must be a valid IPv4 address',
      'endpoints[0].addresses[2]: Invalid value: "x": must be a valid IPv4 address',
      'endpoints[0].addresses[2]: Invalid value: "x": must be a valid IP address',
      'endpoints[1].addresses: Required value: must contain at least 1 address',
    ]);
    expect(slice('FQDN', { addresses: ['a.b.', 'a', ''] })).toEqual([
      'endpoints[0].addresses[1]: Invalid value: "a": should be a domain with at least two segments separated by dots',
      'endpoints[0].addresses[2]: Required value',
    ]);
  });

  it('says for whom an endpoint is with at most eight names, each once', () => {
    const zones = (...names: string[]): string[] =>
      slice('IPv4', { addresses: ['10.0.0.1'], hints: { forZones: names.map((name) => ({ name })) } });
    expect(zones('a', 'a')).toEqual(['endpoints[0].hints.forZones[1].name: Duplicate value: "a"']);
    expect(zones(...'abcdefghi')).toEqual(['endpoints[0].hints.forZones: Too many: 9: must have at most 8 items']);
  });
});

describe('An event', () => {
  const about = (namespace: string): object => ({ kind: 'Pod', name: 'p', namespace });
  const told = { reportingInstance: 'i', action: 'A', reason: 'R' };

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

describe('A Lease', () => {
  it('has a strategy when it prefers a holder', () => {
    expect(creating(Kinds.Lease, { spec: { preferredHolder: 'me', leaseDurationSeconds: 0 } })).toEqual([
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
      'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined',
    ]);
    expect(creating(Kinds.Lease, { spec: { strategy: 'Mine' } })).toEqual([
      'spec.strategy.strategy: Unsupported value: "Mine": supported values: "OldestEmulationVersion"',
    ]);
  });
});

describe('The status of a workload', () => {
  it('counts no more parts than there are, and no collision less', () => {
    const from = { status: { collisionCount: 2 } };
    const into = {
      status: { replicas: 1, readyReplicas: 2, availableReplicas: 3, unavailableReplicas: -1, collisionCount: 1 },
    };
    expect(changing(Kinds.Deployment, from, into, 'status')).toEqual([
      'status.unavailableReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
      'status.collisionCount: Invalid value: 1: cannot be decremented',
    ]);
    expect(changing(Kinds.ReplicaSet, {}, { status: { fullyLabeledReplicas: 1 } }, 'status')).toEqual([
      'status.fullyLabeledReplicas: Invalid value: 1: cannot be greater than status.replicas',
    ]);
    expect(changing(Kinds.DaemonSet, {}, { status: { numberReady: -1 } }, 'status')).toEqual([
      'status.numberReady: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });
});
