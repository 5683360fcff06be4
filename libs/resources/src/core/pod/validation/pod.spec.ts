import { normalizeObject, messageSchema } from '@skiff/apimachinery';
import { type Kind, Kinds, type metav1 } from '@skiff/contracts';
import { applyDefaults } from '../../../resource-of';
import { validateCreate, validateUpdate } from '../../../testing/by-kind';
import { problemsOf } from '../../../testing/problems-of';

type Meta = { metadata?: metav1.ObjectMeta | undefined };

function read<T extends Meta>(kind: Kind<T>, body: { readonly metadata?: object }): T {
  const object = normalizeObject<T>(messageSchema(kind.message), body, { unknownFields: [] });
  object.metadata = { ...object.metadata, name: 'o', namespace: 'n' };
  applyDefaults(kind, object);
  return object;
}

const container = { name: 'c', image: 'i' };

const pod = (spec: object, annotations: Record<string, string> = {}, status?: object): object => ({
  metadata: { annotations },
  spec: { containers: [container], ...spec },
  ...(status && { status }),
});

const creating = (spec: object, annotations?: Record<string, string>): string[] =>
  problemsOf(() => validateCreate(Kinds.Pod, read(Kinds.Pod, pod(spec, annotations))));

const changing = (from: object, into: object, subresource = ''): string[] =>
  problemsOf(() => validateUpdate(Kinds.Pod, read(Kinds.Pod, into), read(Kinds.Pod, from), subresource));

const withContainer = (fields: object, rest: object = {}): string[] =>
  creating({ containers: [{ ...container, ...fields }], ...rest });

describe('A pod', () => {
  it('has annotations that mean something', () => {
    const appArmor = 'container.apparmor.security.beta.kubernetes.io';
    expect(
      creating(
        {},
        {
          'kubernetes.io/config.mirror': 'x',
          'controller.kubernetes.io/pod-deletion-cost': '+1',
          [`${appArmor}/d`]: 'odd',
          [`${appArmor}/c`]: 'localhost/p',
        },
      ),
    ).toEqual([
      'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a 32bit integer',
      `metadata.annotations[${appArmor}/d]: Invalid value: "d": container not found`,
      `metadata.annotations[${appArmor}/d]: Invalid value: "odd": invalid AppArmor profile name: "odd"`,
    ]);
    for (const cost of ['0', '-7', '2147483647'])
      expect(creating({}, { 'controller.kubernetes.io/pod-deletion-cost': cost })).toEqual([]);
    for (const cost of ['', '01', '2147483648', '1.5'])
      expect(creating({}, { 'controller.kubernetes.io/pod-deletion-cost': cost })).toHaveLength(1);
  });

  it('with users of its own shares nothing with the host', () => {
    expect(creating({ hostUsers: false, hostNetwork: true, hostPID: true, hostIPC: true })).toEqual([
      'spec.hostNetwork: Forbidden: when `pod.Spec.HostUsers` is false',
      'spec.HostPID: Forbidden: when `pod.Spec.HostUsers` is false',
      'spec.HostIPC: Forbidden: when `pod.Spec.HostUsers` is false',
    ]);
    expect(creating({ hostUsers: false })).toEqual([]);
  });

  it('sets nothing that only another operating system has', () => {
    expect(creating({ os: { name: 'plan9' } })).toEqual([
      'spec.os: Unsupported value: "plan9": supported values: "linux", "windows"',
    ]);
    expect(creating({ os: { name: 'linux' }, securityContext: { windowsOptions: {} } })).toEqual([
      'spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
    ]);
    expect(
      withContainer({ securityContext: { privileged: true } }, { os: { name: 'windows' }, hostPID: true }),
    ).toEqual([
      'spec.hostPID: Forbidden: cannot be set for a windows pod',
      'spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod',
    ]);
  });

  it('uses ports of the host as they are on its network', () => {
    const ports = [{ containerPort: 80, hostPort: 81 }];
    expect(withContainer({ ports }, { hostNetwork: true })).toEqual([
      'spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
    ]);
  });

  it('has profiles and kernel settings that can be', () => {
    const securityContext = {
      appArmorProfile: { type: 'Localhost', localhostProfile: ' p' },
      seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'p' },
      supplementalGroupsPolicy: 'Odd',
      seLinuxChangePolicy: 'Odd',
      sysctls: [{ name: 'net.core.somaxconn' }, { name: 'net.core.somaxconn' }, { name: 'A' }],
    };
    expect(creating({ securityContext, hostNetwork: true })).toEqual([
      `spec.securityContext.sysctls[0].name: Invalid value: "net.core.somaxconn": may not be specified when 'hostNetwork' is true`,
      'spec.securityContext.sysctls[1].name: Duplicate value: "net.core.somaxconn"',
      `spec.securityContext.sysctls[1].name: Invalid value: "net.core.somaxconn": may not be specified when 'hostNetwork' is true`,
      expect.stringMatching(/^spec\.securityContext\.sysctls\[2\]\.name: Invalid value: "A": must have at most 253/),
      'spec.securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"RuntimeDefault","LocalhostProfile":"p"}: can only be set when seccomp type is Localhost',
      'spec.securityContext.appArmorProfile.localhostProfile: Invalid value: " p": must not be padded with whitespace',
      'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "Odd": supported values: "Merge", "Strict"',
      'spec.securityContext.seLinuxChangePolicy: Unsupported value: "Odd": supported values: "MountOption", "Recursive"',
    ]);
  });

  it('has amounts for itself as a whole of what can be shared', () => {
    expect(creating({ resources: { limits: { cpu: '1', 'a.b/c': '1' }, requests: { cpu: '2' } } })).toEqual([
      'spec.resources.limits: Unsupported value: "a.b/c": supported values: "cpu", "hugepages-", "memory"',
      'spec.resources.requests: Invalid value: "2": must be less than or equal to cpu limit',
    ]);
  });

  it('goes where labels and their keys say', () => {
    const required = 'requiredDuringSchedulingIgnoredDuringExecution';
    const term = {
      // As the API server leaves a new pod's: with its own values.
      labelSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
      matchLabelKeys: ['a', 'c'],
      mismatchLabelKeys: ['c'],
      topologyKey: 't',
    };
    const nodes = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'In', values: ['-'] }] }] };
    const found = creating({
      affinity: { nodeAffinity: { [required]: nodes }, podAffinity: { [required]: [term] } },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 't', whenUnsatisfiable: 'DoNotSchedule', matchLabelKeys: ['a'] },
        { maxSkew: 1, topologyKey: 't', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
      ],
    });
    const pods = `spec.affinity.podAffinity.${required}[0]`;
    expect(found).toEqual([
      expect.stringMatching(/nodeSelectorTerms\[0\]\.matchExpressions\[0\]\.values\[0\]: Invalid value: "-"/),
      `${pods}[0]: Invalid value: "a": exists in both matchLabelKeys and labelSelector`,
      `${pods}.matchLabelKeys[1]: Invalid value: "c": exists in both matchLabelKeys and mismatchLabelKeys`,
      'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{t, DoNotSchedule}"',
      'spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
    ]);
  });
});

describe('A container', () => {
  it('mounts a volume or gets it as a device, and not both', () => {
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'p' } }];
    const volumeMounts = [{ name: 'v', mountPath: '/d', recursiveReadOnly: 'Enabled' }];
    const volumeDevices = [{ name: 'v', devicePath: '/d' }];
    expect(withContainer({ volumeMounts, volumeDevices }, { volumes })).toEqual([
      'spec.containers[0].volumeMounts[0].name: Invalid value: "v": must not already exist in volumeDevices',
      'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "/d": must not already exist as a path in volumeDevices',
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
      'spec.containers[0].volumeDevices[0].name: Invalid value: "v": must not already exist in volumeMounts',
      'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/d": must not already exist as a path in volumeMounts',
    ]);
  });

  it('changes its resources as it says, once for each', () => {
    const resizePolicy = [
      { resourceName: 'cpu', restartPolicy: 'RestartContainer' },
      { resourceName: 'cpu', restartPolicy: 'NotRequired' },
      { resourceName: 'disk', restartPolicy: 'NotRequired' },
    ];
    expect(withContainer({ resizePolicy }, { restartPolicy: 'Never' })).toEqual([
      "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when `restartPolicy` is 'Never'",
      'spec.containers[0].resizePolicy[1]: Duplicate value: "cpu"',
      'spec.containers[0].resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory"',
    ]);
  });

  it('is told of its resources in units that there are', () => {
    const told = (resource: string, divisor: string): string[] =>
      withContainer({ env: [{ name: 'E', valueFrom: { resourceFieldRef: { resource, divisor } } }] });
    expect(told('limits.cpu', '1m')).toEqual([]);
    expect(told('requests.memory', '1Mi')).toEqual([]);
    const at = 'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value:';
    expect(told('limits.cpu', '2m')).toEqual([
      `${at} "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource`,
    ]);
    expect(told('requests.memory', '10')).toEqual([
      `${at} "requests.memory": only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource`,
    ]);
  });

  it('for debugging has nothing that a service needs', () => {
    const ephemeralContainers = [{ ...container, name: 'd', resources: { limits: { cpu: '1' } }, ports: [] }];
    expect(changing(pod({}), pod({ ephemeralContainers }), 'ephemeralcontainers')).toEqual([
      'spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container',
    ]);
  });
});

describe('A change of a pod', () => {
  const gates = { schedulingGates: [{ name: 'a/b' }] };
  const affinity = (...expressions: object[]): object => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: expressions }] },
      },
    },
  });
  const exists = (key: string): object => ({ key, operator: 'Exists' });

  it('narrows where a gated one may run', () => {
    const from = pod({ ...gates, nodeSelector: { a: 'b' }, ...affinity(exists('k')) });
    expect(
      changing(from, pod({ ...gates, nodeSelector: { a: 'b', c: 'd' }, ...affinity(exists('k'), exists('l')) })),
    ).toEqual([]);
    expect(changing(from, pod({ ...gates, nodeSelector: { c: 'd' }, ...affinity(exists('l')) }))).toEqual([
      'spec.nodeSelector: Invalid value: {"c":"d"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: {"MatchExpressions":[{"Key":"l","Operator":"Exists","Values":null}],"MatchFields":null}: only additions are allowed (no mutations or deletions)',
    ]);
    expect(changing(pod(gates), pod({ ...gates, ...affinity(exists('k')) }))).toEqual([]);
  });

  it('does not steer one that may be scheduled', () => {
    expect(changing(pod({}), pod({ nodeSelector: { a: 'b' } }))).toEqual([
      expect.stringMatching(/^spec: Forbidden: pod updates may not change fields other than/),
    ]);
  });

  it('leaves what makes it a mirror', () => {
    const mirror = { 'kubernetes.io/config.mirror': 'x' };
    const on = { nodeName: 'node' };
    expect(changing(pod(on, mirror), pod(on))).toEqual([
      'metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation',
    ]);
    expect(changing(pod(on), pod(on, mirror))).toEqual([
      'metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation',
    ]);
  });
});

describe('A status of a pod', () => {
  const ended = { name: 'c', state: { terminated: { exitCode: 1 } } };
  const running = { name: 'c', state: { running: {} } };
  const change = (spec: object, from: object, into: object): string[] =>
    changing(pod(spec, {}, from), pod(spec, {}, into), 'status');

  it('keeps its class, and the end of what does not start again', () => {
    expect(
      change(
        { restartPolicy: 'Never' },
        { qosClass: 'BestEffort', containerStatuses: [ended] },
        { qosClass: 'Burstable', containerStatuses: [running] },
      ),
    ).toEqual([
      'status.qosClass: Invalid value: "Burstable": field is immutable',
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ]);
    const again = [{ containerStatuses: [ended] }, { containerStatuses: [running] }] as const;
    expect(change({ restartPolicy: 'OnFailure' }, ...again)).toEqual([]);
  });

  it('has an address of each family at most', () => {
    expect(change({}, {}, { podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] })).toEqual([]);
    expect(
      change({}, {}, { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.1' }], hostIP: '10.0.0.2', hostIPs: [{ ip: 'x' }] }),
    ).toEqual([
      'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.1"}]: may specify no more than one IP for each IP family',
      'status.podIPs[1]: Duplicate value: {"IP":"10.0.0.1"}',
      'status.hostIPs[0].ip: Invalid value: "x": must be equal to `hostIP`',
      'status.hostIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]);
  });
});

it('A volume of a driver of its own is one, and leaves the options of the node to it', () => {
  const flexVolume = { driver: '', options: { 'kubernetes.io/fsType': 'x', 'a.b/c': 'y' } };
  const spec = { containers: [container], volumes: [{ name: 'v', flexVolume }] };
  expect(creating(spec)).toEqual([
    'spec.volumes[0].flexVolume.driver: Required value',
    'spec.volumes[0].flexVolume.options[kubernetes.io/fsType]: Invalid value: "kubernetes.io/fsType": kubernetes.io and k8s.io namespaces are reserved',
  ]);
});
