import fc from 'fast-check';
import { messageSchema } from '../schema/message-schema';
import { PatchError, type Json, type JsonObject } from './json';
import { applyMergePatch } from './merge-patch';
import { applyStrategicMergePatch } from './strategic-merge';

const podSpec = messageSchema('k8s.io.api.core.v1.PodSpec');
const serviceSpec = messageSchema('k8s.io.api.core.v1.ServiceSpec');

describe('A strategic merge patch', () => {
  const containers = (...names: string[]): JsonObject => ({
    containers: names.map((name) => ({ name, image: 'a' })),
  });

  it('merges lists by their key, and adds what is new in front', () => {
    const patch = { containers: [{ name: 'two', image: 'b' }, { name: 'new' }] };
    const result = applyStrategicMergePatch(containers('one', 'two'), patch, podSpec);
    expect(result['containers']).toEqual(
      expect.arrayContaining([{ name: 'one', image: 'a' }, { name: 'two', image: 'b' }, { name: 'new' }]),
    );
    expect(result['containers']).toHaveLength(3);
  });

  it('takes elements out, replaces lists and maps, and keeps an order', () => {
    const gone = { containers: [{ name: 'one', $patch: 'delete' }] };
    expect(applyStrategicMergePatch(containers('one', 'two'), gone, podSpec)).toEqual(containers('two'));
    const replaced = { containers: [{ name: 'three' }, { $patch: 'replace' }] };
    expect(applyStrategicMergePatch(containers('one'), replaced, podSpec)).toEqual({ containers: [{ name: 'three' }] });
    const map = { nodeSelector: { $patch: 'replace', c: 'd' } };
    expect(applyStrategicMergePatch({ nodeSelector: { a: 'b' } }, map, podSpec)).toEqual({ nodeSelector: { c: 'd' } });
    const ordered = { '$setElementOrder/containers': [{ name: 'two' }, { name: 'one' }] };
    expect(applyStrategicMergePatch(containers('one', 'two'), ordered, podSpec)).toEqual(containers('two', 'one'));
  });

  it('keeps ports of one number and two protocols apart as its schema says', () => {
    const target = { ports: [{ port: 53, protocol: 'UDP', name: 'a' }] };
    const patch = { ports: [{ port: 53, protocol: 'UDP', name: 'b' }] };
    expect(applyStrategicMergePatch(target, patch, serviceSpec)).toEqual(patch);
  });

  it('replaces a list that is one value', () => {
    const args = (...list: string[]): JsonObject => ({ containers: [{ name: 'c', args: list }] });
    expect(applyStrategicMergePatch(args('a', 'b'), args('c'), podSpec)).toEqual(args('c'));
  });

  it('is a merge patch where there are no lists', () => {
    const map = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.option(fc.stringMatching(/^[a-z]{1,3}$/)));
    fc.assert(
      fc.property(map, map, (target, patch) => {
        const present = Object.fromEntries(Object.entries(target).filter(([, value]) => value !== null));
        const wanted = applyMergePatch({ nodeSelector: present }, { nodeSelector: patch });
        expect(applyStrategicMergePatch({ nodeSelector: present }, { nodeSelector: patch }, podSpec)).toEqual(wanted);
      }),
    );
  });

  it('keeps only what it wants to keep', () => {
    const volumes = (...list: Json[]): JsonObject => ({ volumes: list });
    const patch = volumes({ name: 'w', $retainKeys: ['name', 'secret'], secret: { secretName: 'x' } });
    expect(applyStrategicMergePatch(volumes({ name: 'w', configMap: { name: 'c' } }), patch, podSpec)).toEqual(
      volumes({ name: 'w', secret: { secretName: 'x' } }),
    );
  });

  it('takes scalars out of a list, and puts the list in the place of one that does not merge', () => {
    const meta = messageSchema('k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta');
    const finalizers = { '$deleteFromPrimitiveList/finalizers': ['a', 'none'] };
    expect(applyStrategicMergePatch({ finalizers: ['a', 'b'] }, finalizers, meta)).toEqual({ finalizers: ['b'] });
    const hostnames = { '$deleteFromPrimitiveList/hostnames': ['a'] };
    const alias = messageSchema('k8s.io.api.core.v1.HostAlias');
    expect(applyStrategicMergePatch({ hostnames: ['a', 'b'] }, hostnames, alias)).toEqual({ hostnames: ['a'] });
    expect(applyStrategicMergePatch({}, finalizers, meta)).toEqual({});
  });

  it('drops its nulls and directives where there is nothing to merge them with', () => {
    const patch = { nodeSelector: { a: null, b: 'c' }, volumes: [{ name: 'v', $patch: 'delete' }, { name: 'w' }] };
    expect(applyStrategicMergePatch({}, patch, podSpec)).toEqual({
      nodeSelector: { b: 'c' },
      volumes: [{ name: 'w' }],
    });
  });

  it('with a replacing item leaves the other items of the patch alone', () => {
    const patch = { containers: [{ name: 'one', $patch: 'replace', image: 'c' }, { name: 'two' }] };
    expect(applyStrategicMergePatch(containers('one'), patch, podSpec)).toEqual({ containers: [{ name: 'two' }] });
  });

  const order = '$setElementOrder/containers';
  it.each([
    [{ nodeSelector: { $patch: 'shake' } }, 'unknown patch type: shake in map: map[$patch:shake]'],
    [{ nodeSelector: { $patch: 7 } }, 'unknown patch type: %!s(int64=7) in map: map[$patch:7]'],
    [{ nodeSelector: { $patch: null } }, 'unknown patch type: %!s(<nil>) in map: map[$patch:<nil>]'],
    [{ containers: [{ name: 'one', $patch: 'merge' }] }, 'merging lists cannot yet be specified in the patch'],
    [
      { containers: [{ image: 'b', env: [{ name: 'X' }] }] },
      'map: map[env:[map[name:X]] image:b] does not contain declared merge key: name',
    ],
    [{ containers: [null] }, 'list element types are not identical: [[map[image:a name:one]] [<nil>]]'],
    [{ [order]: 'one' }, 'expected a []interface {}, but received a string'],
    [
      { [order]: [{ name: 'one' }, { name: 'two' }], containers: [{ name: 'two' }, { name: 'one' }] },
      "The order in patch list:\n[map[name:two] map[name:one]]\n doesn't match $setElementOrder list:\n[map[name:one] map[name:two]]\n",
    ],
    [{ [order]: [{}], containers: [{ name: 'one' }] }, 'map: map[] does not contain declared merge key: name'],
  ] satisfies [JsonObject, string][])('%j is an error that upstream does not expect', (patch, message) => {
    const target = { ...containers('one'), nodeSelector: { a: 'b' } };
    expect(() => applyStrategicMergePatch(target, patch, podSpec)).toThrow(new PatchError(message, 'unexpected'));
  });

  it.each([
    [{ volumes: [{ name: 'w', $retainKeys: 'name' }] }],
    [{ volumes: [{ name: 'w', $retainKeys: ['name'], secret: {} }] }],
  ] satisfies [JsonObject][])('%j retains nothing that makes sense', (patch) =>
    expect(() => applyStrategicMergePatch({ volumes: [{ name: 'w' }] }, patch, podSpec)).toThrow(
      new PatchError('invalid patch format of retainKeys'),
    ),
  );

  it('merges long lists in linear time', () => {
    const long = containers(...Array.from({ length: 50_000 }, (_, index) => `c${index}`));
    const result = applyStrategicMergePatch(
      long,
      { containers: [...(long['containers'] as Json[])].reverse() },
      podSpec,
    );
    expect(result['containers']).toHaveLength(50_000);
  });
});
