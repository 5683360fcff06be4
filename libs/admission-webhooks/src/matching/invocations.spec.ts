import { admissionTarget, type AdmissionResources } from '@skiff/api-server/admission';
import { Kinds } from '@skiff/contracts';
import { builtInResources } from '@skiff/resources';
import { compileHook } from '../configuration/compile';
import { invocationsFor } from './invocations';

const resources: AdmissionResources = {
  find: ({ group, version, resource }) =>
    builtInResources.find(({ kind }) => kind.group === group && kind.version === version && kind.plural === resource),
  ofKind: () => undefined,
  equivalents: (resource) => {
    const prefix = resources.find(resource)?.storagePrefix;
    return builtInResources.filter(({ storagePrefix }) => storagePrefix === prefix);
  },
};

const hookFor = (group: string, resource: string, more: object = {}): ReturnType<typeof compileHook> =>
  compileHook('c', {
    name: 'a.b.c',
    rules: [{ apiGroups: [group], apiVersions: ['v1'], operations: ['CREATE'], resources: [resource] }],
    ...more,
  });
const askedAbout = (hook: ReturnType<typeof hookFor>, kind = Kinds.Event, subresource = ''): unknown[] =>
  invocationsFor([hook], resources, admissionTarget(kind, subresource), 'CREATE').map(({ resource }) => resource);

describe('Which webhooks a write concerns', () => {
  it('are those whose rules name it', () => {
    expect(askedAbout(hookFor('', 'events'))).toEqual([{ group: '', version: 'v1', resource: 'events' }]);
    expect(askedAbout(hookFor('', 'pods'))).toEqual([]);
    expect(askedAbout(hookFor('*', '*/*'), Kinds.Event, 'status')).toHaveLength(1);
    expect(askedAbout(hookFor('*', '*'), Kinds.Event, 'status')).toEqual([]);
  });

  it('are those that name another version of it, unless they want it exactly', () => {
    const event = { group: 'events.k8s.io', version: 'v1', resource: 'events' };
    expect(askedAbout(hookFor('events.k8s.io', 'events'))).toEqual([event]);
    expect(askedAbout(hookFor('events.k8s.io', 'events', { matchPolicy: 'Exact' }))).toEqual([]);
  });

  it('are none for webhooks and policies themselves', () => {
    const anything = hookFor('*', '*/*', { matchPolicy: 'Exact' });
    expect(
      invocationsFor([anything], resources, admissionTarget(Kinds.ValidatingWebhookConfiguration), 'CREATE'),
    ).toEqual([]);
  });
});
