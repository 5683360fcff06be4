import { readMap } from './bounded-json';
import { readAggregated, readResourceList } from './read-version';

const gv = { group: 'g.example.com', version: 'v1' };

describe('What another server tells of its resources', () => {
  it('is read of a list of resources, subresources included', () => {
    const resources = [
      { name: 'widgets/status', namespaced: true, kind: 'Widget', verbs: ['get'] },
      { name: 'widgets', singularName: 'widget', namespaced: true, kind: 'Widget', verbs: ['get'], shortNames: ['w'] },
    ];
    expect(readResourceList({ resources }, gv)).toEqual([
      {
        resource: 'widgets',
        responseKind: { ...gv, kind: 'Widget' },
        scope: 'Namespaced',
        singularResource: 'widget',
        verbs: ['get'],
        shortNames: ['w'],
        subresources: [{ subresource: 'status', responseKind: { ...gv, kind: 'Widget' }, verbs: ['get'] }],
      },
    ]);
  });

  it('is found in aggregated discovery, or is not there', () => {
    const items = [
      { metadata: { name: gv.group }, versions: [{ version: 'v1', resources: [{ resource: 'widgets' }] }] },
    ];
    expect(readAggregated({ items }, gv)).toMatchObject([{ resource: 'widgets', scope: 'Cluster', verbs: [] }]);
    expect(readAggregated({ items }, { ...gv, version: 'v2' })).toBeUndefined();
  });

  it.each([[{}], [{ resources: 'none' }], [{ resources: [null, 1, []] }]])('may be nonsense: %j', (list) => {
    expect(readResourceList(list, gv)).toEqual([]);
    expect(readAggregated({ items: list }, gv)).toBeUndefined();
  });

  it('is not read when it is nested too deep, or no object', () => {
    const deep = (depth: number): Buffer => Buffer.from(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    expect(readMap(deep(127))).toBeDefined();
    expect(() => readMap(deep(200_000))).toThrow('nested deeper than 128');
    expect(readMap(Buffer.from(`{"a":"${'['.repeat(1_000)}\\"["}`))).toBeDefined();
    expect(() => readMap(Buffer.from('[]'))).toThrow('no JSON object');
  });
});
