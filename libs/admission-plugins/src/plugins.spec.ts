import { Kinds, type corev1, type schedulingv1 } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import { admit as run, readerOf, requestFor as request } from './testing';
import { defaultStorageClass } from './default-storage-class/plugin';
import { defaultTolerationSeconds } from './default-toleration-seconds/plugin';
import { namespaceLifecycle } from './namespace-lifecycle/plugin';
import { priority } from './priority/plugin';
import { serviceAccount } from './service-account/plugin';
import { taintNodesByCondition } from './taint-nodes-by-condition/plugin';

describe('NamespaceLifecycle', () => {
  const plugin = namespaceLifecycle(
    readerOf(
      [Kinds.Namespace, { metadata: { name: 'default' } }],
      [Kinds.Namespace, { metadata: { name: 'ending' }, status: { phase: 'Terminating' } }],
    ),
  );

  test('lets nothing into a namespace that is not there, or ends', async () => {
    await run(plugin, request('pods', {}));
    await expect(run(plugin, request('pods', {}, { namespace: 'none' }))).rejects.toThrow(
      'namespaces "none" not found',
    );
    await expect(
      run(plugin, request('pods', { metadata: { name: 'p' } }, { namespace: 'ending' })),
    ).rejects.toMatchObject({
      message: 'pods "p" is forbidden: unable to create new content in namespace ending because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    });
    await run(plugin, request('pods', {}, { namespace: 'ending', operation: 'UPDATE' }));
  });

  test('keeps the namespaces that every cluster has', async () => {
    const remove = (name: string) =>
      run(plugin, request('namespaces', undefined, { operation: 'DELETE', name, namespace: name }));
    await expect(remove('kube-system')).rejects.toThrow(
      'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    );
    await remove('mine');
  });
});

describe('ServiceAccount', () => {
  const clock = { ...systemClock, sleep: async () => undefined };
  const plugin = serviceAccount({
    reader: readerOf(
      [
        Kinds.ServiceAccount,
        { metadata: { name: 'default', namespace: 'default' }, imagePullSecrets: [{ name: 'pull' }] },
      ],
      [
        Kinds.ServiceAccount,
        { metadata: { name: 'quiet', namespace: 'default' }, automountServiceAccountToken: false },
      ],
    ),
    clock,
    random: () => 0,
  });
  const admitted = async (spec: corev1.PodSpec): Promise<corev1.PodSpec> => {
    const pod: corev1.Pod = { metadata: { generateName: 'web-' }, spec };
    await run(plugin, request('pods', pod));
    return pod.spec ?? {};
  };

  test('mounts a token into every container, and adds the pull secrets', async () => {
    const spec = await admitted({ containers: [{ name: 'a' }], initContainers: [{ name: 'i' }] });
    const mount = {
      name: 'kube-api-access-bbbbb',
      readOnly: true,
      mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
    };
    expect(spec).toMatchObject({
      serviceAccountName: 'default',
      serviceAccount: 'default',
      imagePullSecrets: [{ name: 'pull' }],
      containers: [{ volumeMounts: [mount] }],
      initContainers: [{ volumeMounts: [mount] }],
    });
    expect(spec.volumes?.[0]?.projected?.sources).toHaveLength(3);
  });

  test('mounts none where the account or the pod wants none', async () => {
    expect((await admitted({ serviceAccountName: 'quiet', containers: [{ name: 'a' }] })).volumes).toBeUndefined();
    expect(
      (await admitted({ automountServiceAccountToken: false, containers: [{ name: 'a' }] })).volumes,
    ).toBeUndefined();
    const loud = { serviceAccountName: 'quiet', automountServiceAccountToken: true, containers: [{ name: 'a' }] };
    expect((await admitted(loud)).volumes).toHaveLength(1);
  });

  test('refuses a pod whose account does not exist', async () => {
    await expect(admitted({ serviceAccountName: 'nobody', containers: [] })).rejects.toThrow(
      'pods "web-" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
    );
  });
});

describe('Priority', () => {
  const critical = { metadata: { name: 'system-node-critical' }, value: 2000001000 };
  const plugin = priority(readerOf([Kinds.PriorityClass, critical]));
  const admitted = async (spec: corev1.PodSpec): Promise<corev1.PodSpec> => {
    const pod: corev1.Pod = { metadata: { name: 'p' }, spec };
    await run(plugin, request('pods', pod));
    return pod.spec ?? {};
  };

  test('gives the number of the class, zero without one', async () => {
    expect(await admitted({ priorityClassName: 'system-node-critical' })).toMatchObject({ priority: 2000001000 });
    expect(await admitted({})).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
  });

  test('refuses a class that is not there, and a number of one’s own', async () => {
    await expect(admitted({ priorityClassName: 'x' })).rejects.toThrow(
      'pods "p" is forbidden: no PriorityClass with name x was found',
    );
    await expect(admitted({ priority: 5 })).rejects.toThrow(
      'pods "p" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    );
  });

  test('admits one default class only', async () => {
    const one: schedulingv1.PriorityClass = { metadata: { name: 'one' }, value: 1, globalDefault: true };
    const plugin = priority(readerOf([Kinds.PriorityClass, one]));
    const second = request(
      'priorityclasses',
      { metadata: { name: 'two' }, globalDefault: true },
      { group: 'scheduling.k8s.io' },
    );
    await expect(run(plugin, second)).rejects.toThrow(
      'PriorityClass one is already marked as default. Only one default can exist',
    );
  });
});

test('DefaultTolerationSeconds adds what a pod does not tolerate itself', async () => {
  const pod: corev1.Pod = {
    spec: { tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', tolerationSeconds: 5 }] },
  };
  await run(defaultTolerationSeconds, request('pods', pod));
  expect(pod.spec?.tolerations?.map(({ key, tolerationSeconds }) => [key, tolerationSeconds])).toEqual([
    ['node.kubernetes.io/not-ready', 5],
    ['node.kubernetes.io/unreachable', 300],
  ]);
});

test('TaintNodesByCondition keeps pods from a new node', async () => {
  const node: corev1.Node = { metadata: { name: 'n' } };
  await run(taintNodesByCondition, request('nodes', node));
  expect(node.spec?.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
});

test('DefaultStorageClass names the newest default class', async () => {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const of = (name: string, creationTimestamp: string) => [
    Kinds.StorageClass,
    { metadata: { name, creationTimestamp, annotations } },
  ];
  const claim: corev1.PersistentVolumeClaim = { spec: {} };
  await run(
    defaultStorageClass(readerOf(of('old', '2024-01-01T00:00:00Z'), of('new', '2025-01-01T00:00:00Z'))),
    request('persistentvolumeclaims', claim),
  );
  expect(claim.spec?.storageClassName).toBe('new');
});
