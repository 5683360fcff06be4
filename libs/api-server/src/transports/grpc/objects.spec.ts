import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { Kinds, parseJson, skiffobjectv1, writeJson, type Kind } from '@skiff/contracts';
import { CachedObject } from '../../cache/cached-object';
import type { ApiObject } from '@skiff/apimachinery';
import { wrapBytes } from './encode';
import { Scheme } from '../../decoding/scheme';
import { readObject } from './read-object';

const ignore = {
  fieldValidation: 'Ignore',
  scheme: new Scheme(Object.values(Kinds)),
  warn: (): void => undefined,
} as const;
const unstructured = (json: string, apiVersion = 'batch/v1', kind = 'Job'): skiffobjectv1.Object => ({
  unstructured: { apiVersion, kind, json: Buffer.from(json) },
});

/** A resource that no message describes: its objects are kept as their JSON. */
const widgets: Kind<ApiObject> = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
  shortNames: [],
  categories: [],
  message: '',
  codec: {
    encode: (object, writer = new BinaryWriter()) => writer.raw(Buffer.from(writeJson(object))),
    decode: (input) => parseJson(Buffer.from(input as Uint8Array).toString()) as ApiObject,
  },
  listCodec: undefined,
  wire: undefined,
};

describe('Over gRPC, an object', () => {
  it('of a built-in kind is sent as its message', () => {
    const cached = new CachedObject(Kinds.ConfigMap as Kind<ApiObject>, '', { metadata: { name: 'a' } }, 7n, undefined);
    expect(skiffobjectv1.Object.decode(wrapBytes(cached)).coreV1ConfigMap?.metadata?.name).toBe('a');
  });

  it('of a kind without a message is sent as its JSON, with all digits of its integers', () => {
    const text = '{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"},"size":-9223372036854775808}';
    const cached = new CachedObject(widgets, '', parseJson(text) as ApiObject, 7n, undefined);
    const sent = skiffobjectv1.Object.decode(wrapBytes(cached)).unstructured;
    expect({ ...sent, json: String(sent?.json) }).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      json: text,
    });
  });

  it('is read from its JSON as REST reads it', () => {
    const json = '{"apiVersion":"batch/v1","kind":"Job","spec":{"activeDeadlineSeconds":9007199254740993,"unknown":1}}';
    const job = readObject(Kinds.Job as Kind<ApiObject>, unstructured(json), ignore);
    expect(writeJson(job)).toContain('"spec":{"activeDeadlineSeconds":9007199254740993');
    expect(job).not.toHaveProperty('spec.unknown');
  });

  it.each([
    [
      'in another version than its message says',
      unstructured('{}', 'batch/v2'),
      'does not match the expected API version',
    ],
    ['of another kind than its message says', unstructured('{}', 'batch/v1', 'CronJob'), 'cannot be handled as a Job'],
    ['of another kind than its JSON says', unstructured('{"kind":"CronJob"}'), 'cannot be handled as a Job'],
    ['of another kind than was asked for', { coreV1Pod: {} }, 'the request carries no Job'],
    ['that is no JSON', unstructured('{'), 'json parse error'],
    ['that is not there', undefined, 'the request carries no Job'],
  ])('%s is refused', (_what, object, message) => {
    expect(() => readObject(Kinds.Job as Kind<ApiObject>, object, ignore)).toThrow(message);
  });
});
