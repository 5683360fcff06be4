import { Kinds, type corev1 } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import { startTestApi } from '@skiff/test-api';
import { aPod } from '../testing/pods';
import { nodeFit } from './node-fit';
import { asksForAppArmor } from './app-armor';
import { PodAdmission } from './pod-admission';
import { forbiddenSysctl } from './sysctls';

const node = (change: corev1.Node = {}): corev1.Node => ({
  metadata: { name: 'n', labels: { 'kubernetes.io/os': 'linux', disk: 'ssd' } },
  status: { allocatable: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1Gi', pods: '3', 'a.b/gpu': '1' } },
  ...change,
});
const asking = (requests: Record<string, string>, uid = 'uid'): corev1.Pod =>
  aPod({ containers: [{ name: 'c', resources: { requests } }] }, { uid });
const onPort = (port: corev1.ContainerPort, uid = 'uid'): corev1.Pod =>
  aPod({ containers: [{ name: 'c', ports: [port] }] }, { uid });

describe('whether a node takes a pod', () => {
  const none: corev1.Pod[] = [];
  const outOf = (resource: string, figures: string): object => ({
    reason: `OutOf${resource}`,
    message: `Node didn't have enough resource: ${resource}, ${figures}`,
  });
  const predicate = (name: string, why: string): object => ({
    reason: name,
    message: `Predicate ${name} failed: ${why}`,
  });
  const affinity = predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const ports = predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  const taint = predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  const tainted = node({ spec: { taints: [{ key: 'k', effect: 'NoExecute' }] } });

  it.each<[string, corev1.Pod, corev1.Pod[], corev1.Node, object | undefined]>([
    ['it fits', asking({ cpu: '2', memory: '1Gi' }), none, node(), undefined],
    [
      'not enough cpu',
      asking({ cpu: '1500m' }),
      [asking({ cpu: '1' })],
      node(),
      outOf('cpu', 'requested: 1500, used: 1000, capacity: 2000'),
    ],
    [
      'not enough memory',
      asking({ memory: '2Gi' }),
      none,
      node(),
      outOf('memory', 'requested: 2147483648, used: 0, capacity: 1073741824'),
    ],
    ['no place', asking({}), [aPod(), aPod(), aPod()], node(), outOf('pods', 'requested: 1, used: 3, capacity: 3')],
    [
      'no device left',
      asking({ 'a.b/gpu': '1' }),
      [asking({ 'a.b/gpu': '1' })],
      node(),
      outOf('a.b/gpu', 'requested: 1, used: 1, capacity: 1'),
    ],
    ['a device of the cluster', asking({ 'c.d/license': '1' }), none, node(), undefined],
    ['another node selected', aPod({ nodeSelector: { disk: 'hdd' } }), none, node(), affinity],
    [
      'a port is taken',
      onPort({ hostPort: 80 }),
      [onPort({ hostPort: 80, hostIP: '10.0.0.1', protocol: 'TCP' })],
      node(),
      ports,
    ],
    [
      'the port of another protocol',
      onPort({ hostPort: 80 }),
      [onPort({ hostPort: 80, protocol: 'UDP' })],
      node(),
      undefined,
    ],
    ['a taint that evicts', aPod(), none, tainted, taint],
    ['a taint that is tolerated', aPod({ tolerations: [{ operator: 'Exists' }] }), none, tainted, undefined],
    [
      'another system',
      aPod({ os: { name: 'windows' } }),
      none,
      node(),
      { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" },
    ],
    [
      'the label of another system',
      aPod({ nodeSelector: { 'kubernetes.io/os': 'windows' } }),
      none,
      node(),
      {
        reason: 'PodOSSelectorNodeLabelDoesNotMatch',
        message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
      },
    ],
  ])('%s', (_, pod, others, on, expected) => {
    expect(nodeFit(pod, others, on)).toEqual(expected);
  });

  it.each<[string, corev1.PodSpec, string | undefined]>([
    ['net.ipv4.tcp_syncookies', {}, undefined],
    ['net/ipv4/tcp_syncookies', {}, undefined],
    ['net.ipv4.tcp_syncookies', { hostNetwork: true }, '"net.ipv4.tcp_syncookies" not allowed with host net enabled'],
    ['kernel.msgmax', {}, undefined],
    ['kernel.msgmax', { hostIPC: true }, '"kernel.msgmax" not allowed with host ipc enabled'],
    ['net.core.somaxconn', {}, '"net.core.somaxconn" not allowlisted'],
  ])('the kernel setting %s of %j', (name, spec, why) => {
    const pod = aPod({ ...spec, securityContext: { sysctls: [{ name, value: '1' }] } });
    expect(forbiddenSysctl(pod, ['kernel.msg*'])).toEqual(
      why && { reason: 'SysctlForbidden', message: `forbidden sysctl: ${why}` },
    );
  });
});

describe('AppArmor', () => {
  const withProfile = (type: string): corev1.SecurityContext => ({ appArmorProfile: { type } });
  const annotated = (value: string): corev1.Pod['metadata'] => ({
    annotations: { 'container.apparmor.security.beta.kubernetes.io/c': value },
  });
  const container = (securityContext: corev1.SecurityContext): corev1.PodSpec => ({
    containers: [{ name: 'c', securityContext }],
  });

  it.each<[string, corev1.Pod, boolean]>([
    ['nothing', aPod(), false],
    ['a profile of the pod', aPod({ securityContext: withProfile('RuntimeDefault') }), true],
    ['a profile of a container', aPod(container(withProfile('Localhost'))), true],
    ['an init container', aPod({ initContainers: [{ name: 'i', securityContext: withProfile('Localhost') }] }), true],
    ['none', aPod({ securityContext: withProfile('Unconfined') }), false],
    [
      'a container out of that of its pod',
      aPod({ securityContext: withProfile('RuntimeDefault'), ...container(withProfile('Unconfined')) }),
      false,
    ],
    ['an annotation', aPod({}, annotated('localhost/mine')), true],
    [
      'an annotation for none',
      aPod({ securityContext: withProfile('RuntimeDefault') }, annotated('unconfined')),
      false,
    ],
  ])('is asked for by %s', (_, pod, asked) => {
    expect(asksForAppArmor(pod)).toBe(asked);
  });

  it.each([true, false])('is refused where there is none; there: %s', async (isThere) => {
    const api = await startTestApi(systemClock);
    const admission = new PodAdmission({
      ...{ client: api.client, nodeName: 'n', unsafeSysctls: [], hasAppArmor: async () => isThere },
      node: () => node(),
      pods: () => [],
    });
    const rejection = await admission.admit(aPod({ securityContext: withProfile('RuntimeDefault') }));
    const message = 'Cannot enforce AppArmor: AppArmor is not enabled on the host';
    expect(rejection).toEqual(isThere ? undefined : { reason: 'AppArmor', message });
    await api.stop();
  });
});

describe('admitting pods', () => {
  it('decides beside those that were taken before and have not ended, and on the node as it is now', async () => {
    const api = await startTestApi(systemClock);
    const { client } = api;
    const seen = node();
    await client.create(Kinds.Node, { ...seen, metadata: { ...seen.metadata, labels: { disk: 'hdd' } } });
    const ended = { ...asking({ cpu: '2' }, 'ended'), status: { phase: 'Succeeded', startTime: 't' } };
    const runs = { ...asking({ cpu: '1' }, 'runs'), status: { phase: 'Running', startTime: 't' } };
    const [one, two] = [asking({ cpu: '1' }, 'one'), asking({ cpu: '1' }, 'two')];
    const admission = new PodAdmission({
      ...{ client, nodeName: 'n', unsafeSysctls: [], hasAppArmor: async () => true },
      node: () => seen,
      pods: () => [ended, runs, one, two],
    });
    expect(await Promise.all([admission.admit(one), admission.admit(two)])).toMatchObject([
      undefined,
      { reason: 'OutOfcpu' },
    ]);
    admission.forget('one');
    expect(await admission.admit(two)).toBeUndefined();
    expect(await admission.admit(aPod({ nodeSelector: { disk: 'hdd' } }, { uid: 'label' }))).toBeUndefined();
    await api.stop();
  });
});
