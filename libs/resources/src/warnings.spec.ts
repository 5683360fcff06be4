import { type Kind, Kinds, type metav1 } from '@skiff/contracts';
import { warningsFor } from './testing/by-kind';
import { read } from './testing/read';

interface Meta {
  metadata?: metav1.ObjectMeta | undefined;
}

/** What is told of a new object. */
const told = <T extends Meta>(kind: Kind<T>, body: object): string[] => warningsFor(kind, read(kind, body), undefined);

const container = { name: 'a', image: 'i' };

const pod = (spec: object, metadata: object = {}) =>
  told(Kinds.Pod, { metadata: { name: 'p', ...metadata }, spec: { containers: [container], ...spec } });

describe('Of a pod is told', () => {
  it('nothing when all is well', () => {
    expect(pod({})).toEqual([]);
  });

  it('which labels and annotations are of the past', () => {
    const annotations = {
      'scheduler.alpha.kubernetes.io/critical-pod': '',
      'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default',
      'container.seccomp.security.alpha.kubernetes.io/a': 'runtime/default',
    };
    const preference = { matchExpressions: [{ key: 'beta.kubernetes.io/arch', operator: 'In', values: ['a b'] }] };
    const affinity = {
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference }] },
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'k' }] },
    };
    const at =
      'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0]';
    const nodeSelector = { 'beta.kubernetes.io/os': 'linux' };
    const spread = [
      { maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', topologyKey: 'failure-domain.beta.kubernetes.io/zone' },
    ];
    expect(pod({ nodeSelector, affinity, topologySpreadConstraints: spread }, { annotations })).toEqual([
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      `${at}.key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead`,
      expect.stringContaining(`${at}.values[0]: a valid label must be an empty string or consist of`),
      'spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
      'spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod',
      'metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
      'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
      'metadata.annotations[container.seccomp.security.alpha.kubernetes.io/a]: non-functional in v1.27+; use the "seccompProfile" field instead',
      'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod',
    ]);
  });

  it('what is there twice, or means nothing', () => {
    const first = {
      ...container,
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
        { name: 'B', value: '1' },
        { name: 'B', value: '$(B)2' },
      ],
      ports: [{ containerPort: 80 }, { containerPort: 80 }, { containerPort: 81, hostIP: '1.2.3.4' }],
      resources: { limits: { memory: '1.5' } },
    };
    const second = { name: 'b', image: 'i', ports: [{ containerPort: 80, hostPort: 8080 }] };
    const spec = {
      containers: [first, second],
      hostAliases: [{ ip: '1.2.3.4' }, { ip: '1.2.3.4' }],
      imagePullSecrets: [{ name: '' }],
      terminationGracePeriodSeconds: -1,
      overhead: { memory: '100m' },
    };
    expect(pod(spec)).toEqual([
      'spec.hostAliases[1].ip: duplicate ip "1.2.3.4"',
      'spec.imagePullSecrets[0].name: invalid empty name ""',
      'spec.overhead[memory]: fractional byte value "100m" is invalid, must be an integer',
      'spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is invalid, must be an integer',
      'spec.containers[0].resources.requests[memory]: fractional byte value "1500m" is invalid, must be an integer',
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
      'spec.containers[0].ports[2]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:81 Protocol:TCP HostIP:1.2.3.4}',
      'spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[0]',
      'spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[1]',
      'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
    ]);
  });

  it('which volumes are of the past, and whose files get into the way of each other', () => {
    const items = [
      { key: 'a', path: 'x' },
      { key: 'b', path: 'x/y' },
    ];
    const sources = [
      { serviceAccountToken: { path: 'token' } },
      { secret: { name: 's', items: [{ key: 'k', path: 'token' }] } },
      {},
    ];
    const volumes = [
      { name: 'g', gitRepo: { repository: 'r' } },
      { name: 'c', configMap: { name: 'm', items } },
      { name: 'p', projected: { sources } },
    ];
    expect(pod({ volumes })).toEqual([
      'spec.volumes[0].gitRepo: deprecated in v1.11',
      'volume "c" (ConfigMap "m"): overlapping paths: "x/y" with "x"',
      'volume "p" (Projected Secret "s"): overlapping paths: "token" with "token"',
      'volume "p" (Projected) has no sources provided',
    ]);
  });

  it('that a name makes no name of a host', () => {
    expect(pod({}, { name: 'a.b' })).toEqual([
      expect.stringMatching(
        /^metadata\.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: \[a lowercase RFC 1123 label/,
      ),
    ]);
  });
});

describe('Of what makes pods is told', () => {
  const template = (annotations: object = {}) => ({
    metadata: { labels: { a: 'b' }, annotations },
    spec: { containers: [container], nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
  });
  const label = (path: string) =>
    `${path}.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead`;
  const selector = { matchLabels: { a: 'b' } };

  it('what is told of a pod, with the path of the template', () => {
    for (const kind of [Kinds.Deployment, Kinds.ReplicaSet, Kinds.DaemonSet, Kinds.StatefulSet])
      expect(told<Meta>(kind as unknown as Kind<Meta>, { spec: { selector, template: template() } })).toEqual([
        label('spec.template'),
      ]);
    expect(told(Kinds.ReplicationController, { spec: { template: template() } })).toEqual([label('spec.template')]);
    expect(told(Kinds.Job, { spec: { template: template() } })).toEqual([label('spec.template')]);
    expect(told(Kinds.CronJob, { spec: { jobTemplate: { spec: { template: template() } } } })).toEqual([
      label('spec.jobTemplate.spec.template'),
    ]);
    expect(told(Kinds.PodTemplate, { template: template() })).toEqual([label('template')]);
  });

  it('that AppArmor has a field', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/a': 'runtime/default' };
    expect(told(Kinds.DaemonSet, { spec: { selector, template: template(annotations) } })).toContain(
      'spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: deprecated since v1.30; use the "appArmorProfile" field instead',
    );
  });

  it('nothing more when only something else changes', () => {
    const deployment = (generation: number) => {
      const object = read(Kinds.Deployment, { spec: { selector, template: template() } });
      object.metadata = { ...object.metadata, generation };
      return object;
    };
    expect(warningsFor(Kinds.Deployment, deployment(1), deployment(1))).toEqual([]);
    expect(warningsFor(Kinds.Deployment, deployment(2), deployment(1))).toEqual([label('spec.template')]);
  });

  it('that names of jobs end up in names of hosts, and what is too big to follow', () => {
    const spec = { completions: 100_001, parallelism: 10_001, completionMode: 'Indexed' };
    const template = { spec: { containers: [container] } };
    expect(told(Kinds.Job, { metadata: { name: 'a.b' }, spec: { ...spec, template } })).toEqual([
      expect.stringMatching(/^metadata\.name: this is used in Pod names and hostnames/),
      expect.stringMatching(/^spec: In Indexed Jobs with a number of completions higher than 10\^5/),
    ]);
  });
});

test('Of storage is told which annotations, policies and types are of the past', () => {
  const annotations = {
    'volume.beta.kubernetes.io/storage-class': 'x',
    'volume.beta.kubernetes.io/mount-options': 'ro',
  };
  const spec = { persistentVolumeReclaimPolicy: 'Recycle', cephfs: {} };
  expect(told(Kinds.PersistentVolume, { metadata: { annotations }, spec })).toEqual([
    'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
    'metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use "mountOptions" attribute instead',
    'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    'spec.cephfs: deprecated in v1.28, non-functional in v1.31+',
  ]);
  const resources = { requests: { storage: '1.5' } };
  expect(told(Kinds.PersistentVolumeClaim, { metadata: { annotations }, spec: { resources } })).toEqual([
    'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
    'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
  ]);
  const matchLabelExpressions = [{ key: 'failure-domain.beta.kubernetes.io/zone', values: ['z'] }];
  expect(told(Kinds.StorageClass, { provisioner: 'p', allowedTopologies: [{ matchLabelExpressions }] })).toEqual([
    'allowedTopologies[0].matchLabelExpressions[0].key: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ]);
});

test('Of Services and their kin is told what is ignored, and which addresses are written oddly', () => {
  const annotations = { 'service.kubernetes.io/topology-aware-hints': 'auto' };
  const spec = {
    externalIPs: ['010.1.1.1', '2001:DB8::0001', '::ffff:1.2.3.4'],
    externalName: 'x',
    trafficDistribution: 'PreferClose',
    loadBalancerSourceRanges: ['10.1.2.3/8', '2001:0db8::/32'],
  };
  const future = 'will be considered invalid in a future Kubernetes release';
  expect(told(Kinds.Service, { metadata: { annotations }, spec })).toEqual([
    'annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead',
    `spec.externalIPs[0]: non-standard IP address "010.1.1.1" ${future}: use "10.1.1.1"`,
    'spec.externalIPs[1]: IPv6 address "2001:DB8::0001" should be in RFC 5952 canonical format ("2001:db8::1")',
    `spec.externalIPs[2]: non-standard IP address "::ffff:1.2.3.4" ${future}: use "1.2.3.4"`,
    'spec.loadBalancerSourceRanges[0]: CIDR value "10.1.2.3/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.1.2.3/32"?)',
    'spec.loadBalancerSourceRanges[1]: IPv6 CIDR value "2001:0db8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")',
    'spec.externalName is ignored when spec.type is not "ExternalName"',
    'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
  ]);
  expect(told(Kinds.Service, { spec: { clusterIP: 'None', sessionAffinity: 'ClientIP' } })).toEqual([
    'spec.SessionAffinity is ignored for headless services',
  ]);
  const ingress = { 'kubernetes.io/ingress.class': 'nginx' };
  expect(told(Kinds.Ingress, { metadata: { annotations: ingress }, spec: {} })).toEqual([
    'annotation "kubernetes.io/ingress.class" is deprecated, please use \'spec.ingressClassName\' instead',
  ]);
  expect(told(Kinds.EndpointSlice, { addressType: 'FQDN' })).toEqual([
    'spec.addressType: FQDN endpoints are deprecated',
  ]);
});

test('Of a certificate is told when its key is another one', () => {
  const data = { 'tls.crt': Buffer.from('x').toString('base64'), 'tls.key': '' };
  expect(told(Kinds.Secret, { type: 'kubernetes.io/tls', data })).toEqual([
    'tls: failed to find any PEM data in certificate input',
  ]);
});
