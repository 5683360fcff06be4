import { Kinds, type corev1 } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import { admit, readerOf, requestFor } from '../testing';
import { serviceAccount } from './plugin';

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
    return (await admit(plugin, requestFor('pods', pod))).spec ?? {};
  };

  it('mounts a token into every container, and adds the pull secrets', async () => {
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

  it('mounts none where the account or the pod wants none', async () => {
    expect((await admitted({ serviceAccountName: 'quiet', containers: [{ name: 'a' }] })).volumes).toBeUndefined();
    expect(
      (await admitted({ automountServiceAccountToken: false, containers: [{ name: 'a' }] })).volumes,
    ).toBeUndefined();
    const loud = { serviceAccountName: 'quiet', automountServiceAccountToken: true, containers: [{ name: 'a' }] };
    expect((await admitted(loud)).volumes).toHaveLength(1);
  });

  it('refuses a pod whose account does not exist', async () => {
    await expect(admitted({ serviceAccountName: 'nobody', containers: [] })).rejects.toThrow(
      'pods "web-" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
    );
  });
});
