import { Kinds, type corev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { decodeObject, type FieldValidation } from './decode';
import { Scheme } from './scheme';
import { duplicateFields } from './duplicate-fields';
import { encodeEnvelope } from './envelope';

const scheme = new Scheme(Object.values(Kinds));

/** Decodes a Deployment; gives back the warnings with it. */
function decode(text: string, fieldValidation: FieldValidation, contentType = 'application/json') {
  const warnings: string[] = [];
  const warn = (warning: string): void => void warnings.push(warning);
  const object = decodeObject(Kinds.Deployment, Buffer.from(text), { contentType, fieldValidation, scheme, warn });
  return { object, warnings };
}

const doubtful = `{
  "apiVersion": "apps/v1", "kind": "Deployment", "foo": 1,
  "metadata": {"name": "d", "labels": {"a": "1", "a": "2"}},
  "spec": {
    "replicas": 1, "replicas": 2, "bar": {"x": 1, "x": 2}, "replicas": 3,
    "template": {"spec": {"containers": [{"name": "c"}, {"name": "d", "image": "one", "image": "two", "imagepullpolicy": "x"}]}}
  }
}`;

describe('strict decoding', () => {
  it('refuses fields that are unknown or there twice, in the order of the document', () => {
    expect(() => decode(doubtful, 'Strict')).toThrow(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "foo", ' +
        'duplicate field "metadata.labels.a", duplicate field "spec.replicas", unknown field "spec.bar", ' +
        'duplicate field "spec.template.spec.containers[1].image", unknown field "spec.template.spec.containers[1].imagepullpolicy"',
    );
  });

  it('warns of each when it is to warn, and takes the last value', () => {
    const { object, warnings } = decode(doubtful, 'Warn');
    expect(warnings).toHaveLength(6);
    expect(warnings[1]).toBe('duplicate field "metadata.labels.a"');
    expect(object).toMatchObject({ metadata: { labels: { a: '2' } }, spec: { replicas: 3 } });
  });

  it('says nothing when it is to ignore them', () => {
    expect(decode(doubtful, 'Ignore').warnings).toEqual([]);
  });

  it('finds nothing wrong with a document that is as it should be', () => {
    const text = '{"metadata":{"name":"d","annotations":{"name":"\\"name\\": [","b":"{"}},"spec":{"replicas":1}}';
    expect(decode(text, 'Strict').object.metadata?.annotations).toEqual({ name: '"name": [', b: '{' });
  });

  it('tells of YAML by its lines', () => {
    const duplicates = [
      { line: 5, key: 'replicas' },
      { line: 7, key: 'spec' },
    ];
    const problem =
      'yaml: unmarshal errors:\n  line 5: key "replicas" already set in map\n  line 7: key "spec" already set in map';
    const options = { contentType: 'application/json', duplicates, scheme, warn: () => undefined };
    const read = (): unknown =>
      decodeObject(Kinds.Deployment, Buffer.from('{"metadata":{"name":"d"}}'), {
        ...options,
        fieldValidation: 'Strict',
      });
    expect(read).toThrow(`strict decoding error: ${problem}`);
  });

  it('takes linear time', () => {
    const many = (field: (index: number) => string): string =>
      Array.from({ length: 200_000 }, (_, i) => field(i)).join();
    for (const fields of [many(() => '"a":1'), many((i) => `"${i}":1`), `"a":1,"a":{${many(() => '"b":1')}}`])
      expect(() => decode(`{${fields}}`, 'Strict')).toThrow('strict decoding error: unknown field');
    expect(decode(`{"metadata":{"labels":{${many((i) => `"${i % 1000}":"1"`)}}}}`, 'Warn').warnings).toHaveLength(100);
  });
});

describe('the search for fields that are there twice', () => {
  it.each([
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', []],
    ['{"a":1,"a":1,"a":1}', ['a']],
    ['{"a":[[{"b":1},{"b":1,"b":2}]]}', ['a[0][1].b']],
    ['{"a\\"b":1,"a\\u0022b":1}', ['a"b']],
    ['{"a":"x\\\\","b":"\\\\\\"","b" : ":"}', ['b']],
    ['["a","a"]', []],
  ])('of %s finds %j', (text, found) => {
    expect(duplicateFields(text)).toEqual(found);
  });
});

describe('the version in the data', () => {
  const options = {
    contentType: 'application/json',
    fieldValidation: 'Strict' as const,
    scheme,
    warn: () => undefined,
  };

  it('must be the one that is asked', () => {
    const old = Buffer.from('{"apiVersion":"apps/v1beta1","kind":"Deployment"}');
    expect(() => decodeObject(Kinds.Deployment, old, options)).toThrow(
      'the API version in the data (apps/v1beta1) does not match the expected API version (apps/v1)',
    );
  });

  it.each([
    ['{"apiVersion":{"toString":{}}}', 'cannot unmarshal object into Go struct field .apiVersion of type string'],
    ['{"apiVersion":"apps/v1","kind":[1]}', 'cannot unmarshal array into Go struct field .kind of type string'],
    ['{"kind":true}', 'cannot unmarshal bool into Go struct field .kind of type string'],
    ['{"kind":7}', 'cannot unmarshal number into Go struct field .kind of type string'],
  ])('is a text, as the kind is: %s', (document, why) => {
    expect(() => decodeObject(Kinds.Deployment, Buffer.from(document), options)).toThrow(
      `the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: json: ${why} (${document.slice(0, 30)}`,
    );
  });

  it('is none where it is null', () => {
    const document = Buffer.from('{"apiVersion":null,"kind":null}');
    expect(decodeObject(Kinds.Deployment, document, options)).toMatchObject({ kind: 'Deployment' });
  });

  it('may be the older one of an eviction', () => {
    const old = Buffer.from('{"apiVersion":"policy/v1beta1","kind":"Eviction","metadata":{"name":"p"}}');
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } };
    expect(decodeObject(Kinds.Eviction, old, { ...options, readAlso: ['policy/v1beta1'] })).toMatchObject(eviction);
  });
});

describe('bytes that are no object', () => {
  const protobuf = {
    contentType: 'application/vnd.kubernetes.protobuf',
    fieldValidation: 'Warn' as const,
    scheme,
    warn: () => undefined,
  };
  const decode = (hex: string): unknown => decodeObject(Kinds.ConfigMap, Buffer.from(hex, 'hex'), protobuf);

  it.each([
    ['00', 'provided data does not appear to be a protobuf message'],
    ['6b38730000', 'the object provided is unrecognized (must be of type ConfigMap): '],
    ['6b3873000affffffff0f', 'the object provided is unrecognized (must be of type ConfigMap): '],
    ['6b3873001203ffffff', 'ConfigMap in version "v1" cannot be handled as a ConfigMap: '],
  ])('are refused: %s', (hex, message) => {
    expect(() => decode(hex)).toThrow(message);
    expect(() => decode(hex)).toThrow(StatusError);
  });

  it('are refused where they are deeper than anybody can bear', () => {
    const nested = (levels: number): string => `{"x":${'{"a":'.repeat(levels)}"[{\\\\"${'}'.repeat(levels)}}`;
    const json = { ...protobuf, contentType: 'application/json' };
    const read = (text: string): unknown => decodeObject(Kinds.ControllerRevision, Buffer.from(text), json);
    expect(() => read(nested(20_000))).toThrow("json parse error: invalid character '{' exceeded max depth");
    const revision = (levels: number): string => `{"revision":1,"data":${nested(levels)}}`;
    expect(() => read(revision(2_000))).toThrow('cannot be handled as a ControllerRevision: exceeded max depth');
    expect(read(revision(900))).toMatchObject({ revision: 1 });
  });
});

describe('a message of protobuf', () => {
  const options = {
    contentType: 'application/vnd.kubernetes.protobuf',
    fieldValidation: 'Warn' as const,
    scheme,
    warn: () => undefined,
  };
  const read = (cpu: string, more: corev1.PodSpec = {}): corev1.Pod => {
    const containers = [{ name: 'c', resources: { requests: { cpu } } }];
    const raw = Kinds.Pod.codec.encode({ metadata: { name: 'p' }, spec: { containers, ...more } }).finish();
    return decodeObject(Kinds.Pod, encodeEnvelope({ apiVersion: 'v1', kind: 'Pod', raw }), options);
  };
  const cpuOf = ({ spec }: corev1.Pod): unknown => spec?.containers?.[0]?.resources?.requests?.['cpu'];

  it.each([
    ['abc', 'quantities must match the regular expression'],
    ['1e999999999', "unable to parse quantity's suffix"],
    ['1Zi', 'quantities must match the regular expression'],
  ])('with %s for a quantity is refused', (cpu, message) => {
    expect(() => read(cpu)).toThrow(`Pod in version "v1" cannot be handled as a Pod: ${message}`);
    expect(() => read(cpu)).toThrow(StatusError);
  });

  it('is brought to the form that JSON would have had', () => {
    expect(cpuOf(read('1000m'))).toBe('1');
    const pod = read('1', { nodeName: '' });
    expect(pod.spec).not.toHaveProperty('nodeName');
    expect(pod).toMatchObject({ kind: 'Pod', apiVersion: 'v1' });
  });
});
