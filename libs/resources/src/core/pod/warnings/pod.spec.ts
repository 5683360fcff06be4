import { Kinds } from '@skiff/contracts';
import { told } from '../../../testing/new-object-warnings';

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
