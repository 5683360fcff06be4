type Texts = Readonly<Record<string, string>>;

export interface ConvertedObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly labels?: Texts; readonly annotations?: Texts };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** `spec.hostPort` "h:1" of v1 is `spec.host` "h" and `spec.port` "1" of v2; all else stays. */
export function convert(object: ConvertedObject, apiVersion: string): ConvertedObject {
  const { spec } = object;
  if (!spec) return { ...object, apiVersion };
  return { ...object, apiVersion, spec: apiVersion.endsWith('/v2') ? toSecond(spec) : toFirst(spec) };
}

function toSecond({ hostPort, ...rest }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typeof hostPort !== 'string') return hostPort === undefined ? rest : { ...rest, hostPort };
  const [host, ...port] = hostPort.split(':');
  return { ...rest, host, port: port.join(':') };
}

function toFirst(spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!('host' in spec)) return spec;
  const { host, port = '', ...rest } = spec;
  return { ...rest, hostPort: `${String(host)}:${String(port)}` };
}

interface Conversion {
  readonly version: string;
  /** What the object was of. */
  readonly from: string | undefined;
}

/** What is wrong with the objects that are answered at a path. */
export function marred(name: string, object: ConvertedObject, conversion: Conversion): object {
  return mistakes[name]?.(object, conversion) ?? object;
}

const mistakes: Readonly<Record<string, (object: ConvertedObject, conversion: Conversion) => object>> = {
  'changes-labels': (object, { version }) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata?.labels, converted: version },
      annotations: { ...object.metadata?.annotations, converted: version },
    },
  }),
  'changes-meta': (object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      finalizers: ['example.com/x'],
      generation: 77,
      creationTimestamp: '2001-01-01T00:00:00Z',
      resourceVersion: '1',
      managedFields: [],
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'y' }],
    },
  }),
  'drops-labels': ({ metadata: { labels: _labels, annotations: _annotations, ...metadata } = {}, ...object }) => ({
    ...object,
    metadata,
  }),
  'wrong-version': (object, { from }) => ({ ...object, apiVersion: from }),
  'wrong-kind': (object) => ({ ...object, kind: 'Other' }),
  'changes-name': (object) => withMetadata(object, { name: `${object.metadata?.name ?? ''}-x` }),
  'changes-namespace': (object) => withMetadata(object, { namespace: 'elsewhere' }),
  'changes-uid': (object) => withMetadata(object, { uid: 'another' }),
  'no-metadata': ({ metadata: _metadata, ...object }) => object,
  'bad-metadata': (object) => ({ ...object, metadata: 'words' }),
  invalid: (object, { version }) => withSpec(object, version === 'v2' ? { port: 'x' } : { hostPort: 'nonsense' }),
  'unknown-field': (object) => withSpec(object, { wombat: 1 }),
  'wrong-type': (object, { version }) => withSpec(object, version === 'v2' ? { host: 5 } : { hostPort: 5 }),
};

const withMetadata = (object: ConvertedObject, fields: object): object => ({
  ...object,
  metadata: { ...object.metadata, ...fields },
});
const withSpec = (object: ConvertedObject, fields: object): object => ({
  ...object,
  spec: { ...object.spec, ...fields },
});
