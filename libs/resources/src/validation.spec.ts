import { normalizeObject, messageSchema } from '@skiff/apimachinery';
import { type Kind, Kinds, type metav1 } from '@skiff/contracts';
import { applyDefaults } from './resource-of';
import { validateCreate, validateUpdate } from './testing/by-kind';
import { problemsOf } from './testing/problems-of';

type Meta = { metadata?: metav1.ObjectMeta | undefined };

function read<T extends Meta>(kind: Kind<T>, body: object): T {
  const object = normalizeObject<T>(
    messageSchema(kind.message),
    { metadata: { name: 'o' }, ...body },
    { unknownFields: [] },
  );
  object.metadata = { ...object.metadata, name: 'o', ...(kind.namespaced ? { namespace: 'n' } : {}) };
  applyDefaults(kind, object);
  return object;
}

/** What is wrong with a new object. */
const creating = <T extends Meta>(kind: Kind<T>, body: object): string[] =>
  problemsOf(() => validateCreate(kind, read(kind, body)));

/** What is wrong with a change. */
const changing = <T extends Meta>(kind: Kind<T>, from: object, into: object): string[] =>
  problemsOf(() => validateUpdate(kind, read(kind, into), read(kind, from), ''));

describe('An autoscaler', () => {
  const scaler = (spec: object) =>
    creating(Kinds.HorizontalPodAutoscaler, {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3, ...spec },
    });

  test('scales something, between bounds that make sense', () => {
    expect(scaler({})).toEqual([]);
    expect(scaler({ scaleTargetRef: {}, minReplicas: 0, maxReplicas: 0 })).toEqual([
      'spec.scaleTargetRef.kind: Required value',
      'spec.scaleTargetRef.name: Required value',
      'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
      'spec.maxReplicas: Invalid value: 0: must be greater than 0',
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ]);
    expect(scaler({ minReplicas: 4 })).toEqual([
      'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
    ]);
  });

  test('measures what its metrics say', () => {
    expect(scaler({ metrics: [{ type: 'Resource' }, { type: 'Odd' }] })).toEqual([
      'spec.metrics[0].resource: Required value: must populate information for the given metric source',
      'spec.metrics[1].type: Unsupported value: "Odd": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
    ]);
    const resource = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 0 } };
    expect(scaler({ metrics: [{ type: 'Resource', resource }] })).toEqual([
      'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
    ]);
  });

  test('moves no faster than it may', () => {
    const scaleUp = { stabilizationWindowSeconds: 3601, policies: [{ type: 'Pods', value: 0, periodSeconds: 1801 }] };
    expect(scaler({ behavior: { scaleUp } })).toEqual([
      'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
      'spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero',
      'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
    ]);
  });
});

describe('A quota', () => {
  const quota = (spec: object) => creating(Kinds.ResourceQuota, { spec });

  test('limits what there is, by whole numbers where things are counted', () => {
    expect(quota({ hard: { cpu: '1', 'count/jobs.batch': '2', 'requests.a.b/gpu': '1' } })).toEqual([]);
    expect(quota({ hard: { cpuu: '1', pods: '1500m', memory: '-1' } })).toEqual([
      'spec.hard[cpuu]: Invalid value: "cpuu": must be a standard resource type or fully qualified',
      'spec.hard[cpuu]: Invalid value: "cpuu": must be a standard resource for quota',
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
      'spec.hard[memory]: Invalid value: "-1": must be greater than or equal to 0',
    ]);
  });

  test('has scopes that fit together, and keeps them', () => {
    expect(quota({ hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] })).toEqual([
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ]);
    expect(quota({ hard: { 'limits.cpu': '1' }, scopes: ['BestEffort'] })).toEqual([
      'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
    ]);
    expect(
      changing(Kinds.ResourceQuota, { spec: { scopes: ['Terminating'] } }, { spec: { scopes: ['NotTerminating'] } }),
    ).toEqual(['spec.scopes: Invalid value: ["NotTerminating"]: field is immutable']);
  });
});

test('A limit range has bounds in order', () => {
  const limits = [
    { type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } },
    { type: 'Pod', default: { cpu: '1' }, maxLimitRequestRatio: { cpu: '500m' } },
    { type: 'PersistentVolumeClaim' },
  ];
  const found = creating(Kinds.LimitRange, { spec: { limits } });
  expect(found).toEqual(
    expect.arrayContaining([
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
      "spec.limits[1].default: Forbidden: may not be specified when `type` is 'Pod'",
      'spec.limits[1].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
      'spec.limits[2].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
    ]),
  );
});

describe('Storage', () => {
  const claim = (more: object = {}, status: object = {}) => ({
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, ...more },
    status,
  });

  test('that is claimed has a size and ways to be used', () => {
    expect(creating(Kinds.PersistentVolumeClaim, claim())).toEqual([]);
    const found = creating(Kinds.PersistentVolumeClaim, {
      spec: { accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'], resources: { requests: { storage: '0' } } },
    });
    expect(found).toEqual([
      'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
      'spec.resources[storage]: Invalid value: "0": must be greater than zero',
    ]);
  });

  test('that is claimed may only grow, once it is bound', () => {
    const kind = Kinds.PersistentVolumeClaim;
    const sized = (storage: string, status = {}) => claim({ resources: { requests: { storage } } }, status);
    const fixed =
      'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    expect(changing(kind, claim(), claim({ volumeName: 'v' }))).toEqual([]);
    expect(changing(kind, claim(), sized('3Gi'))).toEqual([fixed]);
    const bound = { phase: 'Bound', capacity: { storage: '2Gi' } };
    expect(changing(kind, claim({}, bound), sized('3Gi', bound))).toEqual([]);
    expect(changing(kind, claim({}, bound), sized('1Gi', bound))).toEqual([
      'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    ]);
  });

  test('that is offered is in one place, and stays there', () => {
    const kind = Kinds.PersistentVolume;
    const volume = (more: object) => ({
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...more },
    });
    expect(creating(kind, volume({ hostPath: { path: '/x' } }))).toEqual([]);
    expect(creating(kind, { spec: { local: { path: '/x' } } })).toEqual([
      'spec.accessModes: Required value',
      'spec.capacity: Required value',
      'spec.capacity: Unsupported value: null: supported values: "storage"',
      'spec.nodeAffinity: Required value: Local volume requires node affinity',
    ]);
    expect(creating(kind, volume({}))).toEqual(['spec: Required value: must specify a volume type']);
    expect(changing(kind, volume({ hostPath: { path: '/x' } }), volume({ hostPath: { path: '/y' } }))).toEqual([
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
    ]);
  });

  test('classes keep what their volumes were made with', () => {
    expect(changing(Kinds.StorageClass, { provisioner: 'a' }, { provisioner: 'b', parameters: { x: 'y' } })).toEqual([
      'parameters: Forbidden: updates to parameters are forbidden.',
      'provisioner: Forbidden: updates to provisioner are forbidden.',
    ]);
  });
});

test('A network policy names ports and ranges that exist', () => {
  const ingress = [
    {
      ports: [{ port: 80, endPort: 79 }, { endPort: 80 }, { protocol: 'HTTP', port: 0 }],
      from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '11.0.0.0/16', 'x'] } }],
    },
  ];
  const at = 'spec.ingress[0]';
  expect(creating(Kinds.NetworkPolicy, { spec: { podSelector: {}, ingress } })).toEqual([
    `${at}.ports[0].endPort: Invalid value: 79: must be greater than or equal to \`port\``,
    `${at}.ports[1].endPort: Invalid value: 80: may not be specified when \`port\` is not specified`,
    `${at}.ports[2].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"`,
    `${at}.ports[2].port: Invalid value: 0: must be between 1 and 65535, inclusive`,
    `${at}.from[0].ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of \`cidr\``,
    `${at}.from[0].ipBlock.except[2]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
  ]);
});

describe('Workloads', () => {
  const template = {
    metadata: { labels: { a: 'b' } },
    spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Always' },
  };
  const selector = { matchLabels: { a: 'b' } };

  test('of every node surge or make room, not both', () => {
    const rolling = (rollingUpdate: object) =>
      creating(Kinds.DaemonSet, {
        spec: { selector, template, updateStrategy: { type: 'RollingUpdate', rollingUpdate } },
      });
    const path = 'spec.updateStrategy.rollingUpdate';
    expect(rolling({ maxSurge: 1, maxUnavailable: 1 })).toEqual([
      `${path}.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero`,
    ]);
    expect(rolling({ maxSurge: 0, maxUnavailable: 0 })).toEqual([
      `${path}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`,
    ]);
  });

  test('with state keep or delete their claims', () => {
    const retention = { whenDeleted: 'Burn', whenScaled: 'Retain' };
    expect(
      creating(Kinds.StatefulSet, { spec: { selector, template, persistentVolumeClaimRetentionPolicy: retention } }),
    ).toEqual([
      'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Burn": supported values: "Delete", "Retain"',
    ]);
  });

  test('by the clock have a zone that exists', () => {
    const cron = (timeZone: string) =>
      creating(Kinds.CronJob, {
        spec: {
          schedule: '* * * * *',
          timeZone,
          jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
        },
      });
    expect(cron('Europe/Berlin')).toEqual([]);
    expect(cron('Nowhere/Land')).toEqual([
      'spec.timeZone: Invalid value: "Nowhere/Land": unknown time zone Nowhere/Land',
    ]);
  });

  test('have one bound of disruption', () => {
    const spec = { selector, minAvailable: 1, maxUnavailable: '50%', unhealthyPodEvictionPolicy: 'Never' };
    expect(creating(Kinds.PodDisruptionBudget, { spec })).toEqual([
      'spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"a":"b"}},"MaxUnavailable":"50%","UnhealthyPodEvictionPolicy":"Never"}: minAvailable and maxUnavailable cannot be both set',
      'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ]);
  });
});

describe('A certificate request', () => {
  const request = (spec: object) =>
    creating(Kinds.CertificateSigningRequest, { spec: { request: 'bm90IGEgcGVt', usages: ['client auth'], ...spec } });
  const notPem = 'spec.request: Invalid value: "bm90IGEgcGVt": PEM block type must be CERTIFICATE REQUEST';

  test('names its signer, what it is for and for how long', () => {
    expect(request({ signerName: 'a.b/c' })).toEqual([notPem]);
    expect(request({ signerName: 'a/b', usages: ['fun', 'client auth', 'client auth'], expirationSeconds: 1 })).toEqual(
      [
        notPem,
        expect.stringContaining('spec.usages[0]: Unsupported value: "fun"'),
        'spec.usages[2]: Duplicate value: "client auth"',
        'spec.signerName: Invalid value: "a": should be a domain with at least two segments separated by dots',
        'spec.expirationSeconds: Invalid value: 1: may not specify a duration less than 600 seconds (10 minutes)',
      ],
    );
    expect(request({ signerName: 'kubernetes.io/legacy-unknown' })[1]).toBe(
      'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
    );
  });
});
