import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kinds, type corev1 } from '@skiff/contracts';
import { missingForContainerd } from './testing/test-containerd';
import { eventually } from './testing/test-kubelet';
import { forever, hostPod, TestNode } from './testing/test-node';

const missing = missingForContainerd();
const withContainers = missing === undefined ? describe : describe.skip;

withContainers(`what pods find on a node${missing === undefined ? '' : ` (this machine lacks ${missing})`}`, () => {
  let node: TestNode;
  let root: string;

  beforeAll(async () => {
    node = await TestNode.start(`/kubelet-node-folders-${process.pid}`);
    root = join(node.containerd.directory, 'kubelet');
    await eventually(() => existsSync(join(root, 'memory')));
  }, 30_000);

  afterAll(() => node.stop(), 30_000);

  it('is the folders of drivers and plugins', async () => {
    const folders = ['device-plugins', 'plugins', 'plugins_registry', 'pod-resources', 'pods'];
    expect(await readdir(root)).toEqual(expect.arrayContaining(folders));
  });

  it('is the seccomp profiles of the node', async () => {
    const profile = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }],
    };
    await mkdir(join(root, 'seccomp/profiles'), { recursive: true });
    await writeFile(join(root, 'seccomp/profiles/no-mkdir.json'), JSON.stringify(profile));
    const localhostProfile = 'profiles/no-mkdir.json';
    const securityContext: corev1.PodSecurityContext = { seccompProfile: { type: 'Localhost', localhostProfile } };
    const container = { name: 'c', command: ['sh', '-c', 'busybox mkdir /tmp/x 2>&1; echo over'] };
    await node.create(hostPod('held', [container], { restartPolicy: 'Never', securityContext }));
    await node.ended('held');
    expect(await node.logs('held')).toBe("mkdir: can't create directory '/tmp/x': Function not implemented\nover\n");

    const none: corev1.PodSecurityContext = { seccompProfile: { type: 'Localhost', localhostProfile: 'none.json' } };
    await node.create(hostPod('lost', [{ name: 'c', command: forever }], { securityContext: none }));
    const state = (): corev1.ContainerStateWaiting | undefined => node.only('lost')?.state?.waiting;
    const waiting = await eventually(() => state()?.message !== undefined && state());
    expect(waiting).toMatchObject({ reason: 'CreateContainerError' });
    expect(waiting.message).toContain(join(root, 'seccomp/none.json'));
    await Promise.all([node.remove('held'), node.remove('lost')]);
  });

  it('is no AppArmor where the runtime does without: pods that need it are not taken', async () => {
    const securityContext: corev1.PodSecurityContext = {
      appArmorProfile: { type: 'Localhost', localhostProfile: 'none' },
    };
    await node.create(hostPod('armoured', [{ name: 'c', command: forever }], { securityContext }));
    await eventually(() => node.status('armoured').phase === 'Failed');
    const message = 'Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host';
    expect(node.status('armoured')).toMatchObject({ reason: 'AppArmor', message });
    await node.remove('armoured');
  });

  it('is told again while a volume waits for what is missing, and mounted once it is there', async () => {
    const volumes: corev1.Volume[] = [{ name: 's', secret: { secretName: 'late' } }];
    const container = { name: 'c', command: forever, volumeMounts: [{ name: 's', mountPath: '/s' }] };
    await node.create(hostPod('waits', [container], { volumes }));
    const told = (): string[] => node.kubelet.messages('waits', 'FailedMount');
    await eventually(() => told().length >= 3);
    expect(new Set(told())).toEqual(new Set(['MountVolume.SetUp failed for volume "s" : secret "late" not found']));
    await node.client.create(Kinds.Secret, { metadata: { namespace: 'default', name: 'late' }, data: { k: 'dg==' } });
    await eventually(() => node.isReady('waits'));
    await node.remove('waits');
  });
});
