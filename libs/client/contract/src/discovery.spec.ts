import { Kinds } from '@skiff/contracts';
import { preferredResources, readDiscovery } from './discovery';

const widgets = (version: string, kind = 'Widget') => ({
  version,
  resources: [{ resource: 'widgets', responseKind: { kind }, scope: 'Namespaced', verbs: ['get', 'list'] }],
});

describe('What an API server tells of its resources', () => {
  it('names the built-in ones by their kinds, and the others by what they are', () => {
    const nodes = { resource: 'nodes', responseKind: { version: 'v1', kind: 'Node' }, scope: 'Cluster', verbs: null };
    const { resources } = readDiscovery([
      { metadata: {}, versions: [{ version: 'v1', resources: [nodes], freshness: 'Current' }] },
      { metadata: { name: 'example.com' }, versions: [widgets('v1')] },
    ]);
    expect(resources[0]).toEqual({ resource: Kinds.Node, verbs: [] });
    expect(resources[0]?.resource).toBe(Kinds.Node);
    expect(resources[1]).toEqual({
      resource: { group: 'example.com', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true },
      verbs: ['get', 'list'],
    });
  });

  it('prefers of each group the version that comes first', () => {
    const { resources } = readDiscovery([
      { metadata: { name: 'example.com' }, versions: [widgets('v2'), widgets('v1')] },
      { metadata: { name: 'other.com' }, versions: [widgets('v1')] },
    ]);
    expect(resources).toHaveLength(3);
    expect(preferredResources(resources).map(({ resource }) => `${resource.group}/${resource.version}`)).toEqual([
      'example.com/v2',
      'other.com/v1',
    ]);
  });

  it('leaves out what is stale, and says so', () => {
    const stale = { ...widgets('v1'), freshness: 'Stale' };
    const { resources, failures } = readDiscovery([
      { metadata: { name: 'example.com' }, versions: [widgets('v2'), stale] },
    ]);
    expect(resources.map(({ resource }) => resource.version)).toEqual(['v2']);
    expect([...failures]).toEqual([['example.com/v1', 'stale GroupVersion discovery: example.com/v1']]);
  });
});
