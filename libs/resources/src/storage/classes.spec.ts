import { Kinds } from '@skiff/contracts';
import { changing, creating } from '../testing/read';

describe('An IngressClass', () => {
  const parameters = { apiGroup: 'x.y', kind: 'K', name: 'n' };

  it('has a controller with a domain, and keeps it', () => {
    expect(creating(Kinds.IngressClass, { spec: { controller: 'a.b/c', parameters } })).toEqual([]);
    expect(creating(Kinds.IngressClass, { spec: { controller: 'c' } })).toEqual([
      'spec.controller: Invalid value: "c": must be a domain-prefixed path (such as "acme.io/foo")',
    ]);
    expect(changing(Kinds.IngressClass, { spec: { controller: 'a.b/c' } }, { spec: { controller: 'a.b/d' } })).toEqual([
      'spec.controller: Invalid value: "a.b/d": field is immutable',
    ]);
  });

  it('has parameters of the cluster or of a namespace', () => {
    const found = (more: object) =>
      creating(Kinds.IngressClass, { spec: { controller: 'a.b/c', parameters: { ...parameters, ...more } } });
    expect(found({ scope: 'Namespace' })).toEqual([
      "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
    ]);
    expect(found({ namespace: 'n' })).toEqual([
      "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
    ]);
    expect(found({ scope: 'Galaxy', kind: '' })).toEqual([
      'spec.parameters.kind: Required value: kind is required',
      'spec.parameters.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespace"',
    ]);
  });
});

it('An Ingress has paths that a proxy cannot take for others', () => {
  const ingress = (...paths: object[]) => ({
    spec: {
      rules: [
        {
          http: {
            paths: paths.map((path) => ({
              pathType: 'Exact',
              backend: { service: { name: 's', port: { number: 80 } } },
              ...path,
            })),
          },
        },
      ],
    },
  });
  const at = (index: number) => `spec.rules[0].http.paths[${index}].path`;
  expect(
    creating(
      Kinds.Ingress,
      ingress(
        { path: '/a//b' },
        { path: '/%2fa' },
        { path: '/a/..' },
        { path: '/a//b', pathType: 'ImplementationSpecific' },
      ),
    ),
  ).toEqual([
    `${at(0)}: Invalid value: "/a//b": must not contain '//'`,
    `${at(1)}: Invalid value: "/%2fa": must not contain '%2f'`,
    `${at(2)}: Invalid value: "/a/..": cannot end with '/..'`,
  ]);
  expect(creating(Kinds.Ingress, ingress({ path: '/', pathType: undefined }))).toEqual([
    'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
  ]);
  const spec = { ingressClassName: 'd', defaultBackend: { resource: { kind: 'K', name: 'n' } } };
  const annotations = { 'kubernetes.io/ingress.class': 'c' };
  expect(creating(Kinds.Ingress, { metadata: { annotations }, spec })).toEqual([
    'annotations.kubernetes.io/ingress.class: Invalid value: "c": must match `ingressClassName` when both are specified',
  ]);
  expect(changing(Kinds.Ingress, { spec }, { metadata: { annotations }, spec })).toEqual([]);
});

describe('Drivers of storage', () => {
  it('are named as domains, and keep how they attach', () => {
    expect(creating(Kinds.CSIDriver, { metadata: { name: 'a_b' }, spec: { volumeLifecycleModes: ['Odd'] } })).toEqual([
      expect.stringMatching(/^metadata\.name: Invalid value: "a_b"/),
      'spec.volumeLifecycleModes: Unsupported value: "Odd": supported values: "Ephemeral", "Persistent"',
    ]);
    const tokenRequests = [{ audience: 'a', expirationSeconds: 1 }, { audience: 'a' }];
    expect(creating(Kinds.CSIDriver, { spec: { tokenRequests } })).toEqual([
      'spec.tokenRequests[0].expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes',
      'spec.tokenRequests[1].audience: Duplicate value: "a"',
    ]);
    expect(
      changing(
        Kinds.CSIDriver,
        { spec: { attachRequired: false } },
        { spec: { attachRequired: true, podInfoOnMount: true } },
      ),
    ).toEqual(['spec.attachedRequired: Invalid value: true: field is immutable']);
  });

  it('on nodes stay what they are, apart from how much they take', () => {
    const node = (driver: object) => ({ spec: { drivers: [{ name: 'a.b', nodeID: 'x', ...driver }] } });
    expect(creating(Kinds.CSINode, node({ nodeID: '', topologyKeys: ['k', 'k'], allocatable: { count: -1 } }))).toEqual(
      [
        'spec.drivers[0].nodeID: Required value',
        'spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0',
        'spec.drivers[0]: Duplicate value: "k"',
      ],
    );
    expect(changing(Kinds.CSINode, node({}), node({ allocatable: { count: 3 } }))).toEqual([]);
    expect(changing(Kinds.CSINode, node({}), node({ nodeID: 'y' }))).toEqual([
      'CSINodeDriver: Invalid value: {"Name":"a.b","NodeID":"y","TopologyKeys":null,"Allocatable":null}: field is immutable',
    ]);
  });

  it('attach a volume by its name, for good', () => {
    const attachment = (spec: object) => ({
      spec: { attacher: 'a.b', nodeName: 'n', source: { persistentVolumeName: 'v' }, ...spec },
    });
    expect(creating(Kinds.VolumeAttachment, attachment({}))).toEqual([]);
    expect(creating(Kinds.VolumeAttachment, attachment({ attacher: '', source: {} }))).toEqual([
      'spec.attacher: Required value',
      'spec.source: Required value',
      'spec.attacher: Required value',
      expect.stringMatching(/^spec\.attacher: Invalid value: ""/),
    ]);
    expect(changing(Kinds.VolumeAttachment, attachment({}), attachment({ nodeName: 'm' }))).toEqual([
      'spec: Invalid value: {"Attacher":"a.b","Source":{"PersistentVolumeName":"v","InlineVolumeSpec":null},"NodeName":"m"}: field is immutable',
    ]);
    const message = 'x'.repeat(1025);
    expect(
      changing(
        Kinds.VolumeAttachment,
        attachment({}),
        { ...attachment({}), status: { attachError: { message } } },
        'status',
      ),
    ).toEqual(['status.attachError.message: Too long: may not be more than 1024 bytes']);
  });

  it('tell what they have room for by class and place, which stay', () => {
    const capacity = (more: object) => ({ storageClassName: 'c', ...more });
    expect(creating(Kinds.CSIStorageCapacity, capacity({ capacity: '-1' }))).toEqual([
      'capacity: Invalid value: "-1": must be greater than or equal to 0',
    ]);
    expect(changing(Kinds.CSIStorageCapacity, capacity({}), capacity({ storageClassName: 'd' }))).toEqual([
      'storageClassName: Invalid value: "d": field is immutable',
    ]);
  });
});

it('Classes of storage name what makes volumes, where, and how', () => {
  const term = { matchLabelExpressions: [{ key: 'k', values: ['v'] }] };
  const terms = [term, term, { matchLabelExpressions: [{ key: 'k', values: [] }] }];
  expect(creating(Kinds.StorageClass, { provisioner: 'a/b', allowedTopologies: terms })).toEqual([
    'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""',
    'allowedTopologies[2].matchLabelExpressions[0].values: Required value',
  ]);
  expect(creating(Kinds.VolumeAttributesClass, { driverName: 'a.b' })).toEqual([
    'parameters: Required value: must contain at least one key/value pair',
  ]);
  const parameters = { a: 'b' };
  expect(
    changing(Kinds.VolumeAttributesClass, { driverName: 'a.b', parameters }, { driverName: 'a.c', parameters }),
  ).toEqual(['driverName: Forbidden: updates to driverName are forbidden.']);
});

it('A RuntimeClass has a handler that stays, and a place that can be', () => {
  const tolerations = [
    { key: 'k', operator: 'Exists' },
    { key: 'k', operator: 'Exists' },
  ];
  const scheduling = { nodeSelector: { 'a b': 'c' }, tolerations };
  expect(creating(Kinds.RuntimeClass, { handler: 'h', overhead: { podFixed: { cpu: '-1' } }, scheduling })).toEqual([
    'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    expect.stringMatching(/^scheduling\.nodeSelector: Invalid value: "a b"/),
    'scheduling.tolerations[1]: Duplicate value: {"key":"k","operator":"Exists"}',
  ]);
  expect(changing(Kinds.RuntimeClass, { handler: 'h' }, { handler: 'i' })).toEqual([
    'handler: Invalid value: "i": field is immutable',
  ]);
});
