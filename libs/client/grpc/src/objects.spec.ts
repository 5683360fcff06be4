import { Kinds, parseJson, skiffobjectv1, writeJson, type corev1 } from '@skiff/contracts';
import { unwrap, unwrapAny, wrap } from './objects';

const widgets = { group: 'example.com', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };

/** Over the wire and back. */
const sent = (object: skiffobjectv1.Object): skiffobjectv1.Object =>
  skiffobjectv1.Object.decode(skiffobjectv1.Object.encode(object).finish());

describe('An object on its way', () => {
  it('of a built-in kind travels as its message', () => {
    const pod: corev1.Pod = { metadata: { name: 'p' } };
    const wrapped = sent(wrap(Kinds.Pod, pod));
    expect(wrapped.coreV1Pod).toBeDefined();
    expect(unwrap(Kinds.Pod, wrapped).metadata?.name).toBe('p');
  });

  it('of a kind without a message travels as its JSON, with all digits of its integers', () => {
    const text =
      '{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"size":9007199254740993,"odd":{"é":[1.50,null]}}}';
    const wrapped = sent(wrap(widgets, parseJson(text) as object));
    expect(wrapped.unstructured).toMatchObject({ apiVersion: 'example.com/v1', kind: 'Widget' });
    expect(writeJson(unwrap(widgets, wrapped))).toBe(text.replace('1.50', '1.5'));
  });

  it('is told its kind when it does not say it', () => {
    const { unstructured } = wrap(widgets, { metadata: { name: 'w' } });
    expect(JSON.parse(String(unstructured?.json))).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
    });
  });

  it('is read in whichever form the server chose', () => {
    const config: corev1.ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } };
    const named = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
    expect(unwrap(named, sent({ coreV1ConfigMap: config }))).toMatchObject(config);
    expect(unwrap(Kinds.ConfigMap, sent(wrap(named, config)))).toEqual(config);
    expect(unwrapAny(sent(wrap(named, config)))).toEqual(config);
  });

  it('must be there, and of the kind that was asked for', () => {
    const missing = 'the API server answered without a ConfigMap';
    expect(() => unwrap(Kinds.ConfigMap, undefined)).toThrow(missing);
    expect(() => unwrap(Kinds.ConfigMap, { coreV1Pod: {} })).toThrow(missing);
  });
});
