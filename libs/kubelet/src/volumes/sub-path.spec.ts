import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kinds, type corev1 } from '@skiff/contracts';
import { missingForContainerd, testImage } from '../testing/test-containerd';
import { eventually } from '../testing/test-kubelet';
import { forever, hostPod, TestNode } from '../testing/test-node';
import { linuxMounter } from '../system/linux/mounts';

const missing = missingForContainerd();
const withContainers = missing === undefined ? describe : describe.skip;
const sh = (script: string): string[] => ['sh', '-c', script];

withContainers(`a part of a volume${missing === undefined ? '' : ` (this machine lacks ${missing})`}`, () => {
  let node: TestNode;

  beforeAll(async () => {
    node = await TestNode.start(`/kubelet-sub-path-${process.pid}`);
  }, 30_000);

  afterAll(() => node.stop(), 30_000);

  it.each<[string, Partial<corev1.VolumeMount>, string]>([
    ['a link', { subPath: 'evil' }, 'prepare subPath'],
    ['a link, read-only', { subPath: 'evil', readOnly: true }, 'prepare subPath'],
    ['a link to a file', { subPath: 'file' }, 'prepare subPath'],
    ['what is not there behind a link', { subPath: 'evil/made' }, 'prepare subPath'],
    ['an expression that leads along a link', { subPathExpr: '$(WHERE)/made' }, 'prepare subPath'],
  ])('is never one of the host: %s', async (_, part, failed) => {
    const outside = join(node.containerd.directory, 'outside');
    await mkdir(outside, { recursive: true });
    const volumeMounts = [{ name: 'v', mountPath: '/v' }];
    const script = `busybox ln -s ${outside} /v/evil; busybox ln -s /etc/passwd /v/file`;
    const initContainers = [{ name: 'i', image: testImage, command: sh(script), volumeMounts }];
    const container: corev1.Container = {
      name: 'c',
      command: forever,
      env: [{ name: 'WHERE', value: 'evil' }],
      volumeMounts: [{ name: 'v', mountPath: '/x', ...part }],
    };
    await node.create(hostPod('escapes', [container], { initContainers, volumes: [{ name: 'v', emptyDir: {} }] }));
    const waiting = await eventually(
      () => node.only('escapes')?.state?.waiting?.message !== undefined && node.only('escapes')?.state?.waiting,
    );
    // No word of what the host's files are like.
    const message = `failed to ${failed} for volumeMount "v" of container "c"`;
    expect(waiting).toEqual({ reason: 'CreateContainerConfigError', message });
    expect(await readdir(outside)).toEqual([]);
    await node.remove('escapes');
  });

  it('says what is wrong with an expression', async () => {
    const part = (name: string, subPathExpr: string): corev1.Pod => {
      const env = [{ name: 'UP', value: '../up' }];
      const container = {
        name: 'c',
        command: forever,
        env,
        volumeMounts: [{ name: 'v', mountPath: '/x', subPathExpr }],
      };
      return hostPod(name, [container], { volumes: [{ name: 'v', emptyDir: {} }] });
    };
    await node.create(part('missing', '$(B)-$(A)-$$(C)'));
    await node.create(part('backsteps', 'a/$(UP)'));
    const message = (name: string): Promise<string> => eventually(() => node.only(name)?.state?.waiting?.message);
    expect(await message('missing')).toBe('missing value for A, B');
    expect(await message('backsteps')).toBe("unable to provision SubPath `a/../up`: must not contain '..'");
    await Promise.all([node.remove('missing'), node.remove('backsteps')]);
  });

  it('is what it was when its container started, and goes with its pod', async () => {
    const shared = [{ name: 'v', mountPath: '/v' }];
    const swap = 'until [ -e /v/part/used ]; do sleep 0.1; done; busybox mv /v/part /v/old; busybox ln -s /etc /v/part';
    const containers: corev1.Container[] = [
      { name: 'c', command: forever, volumeMounts: [{ name: 'v', mountPath: '/x', subPath: 'part' }] },
      { name: 'swaps', command: sh(`${swap}; touch /v/done; while true; do sleep 0.1; done`), volumeMounts: shared },
    ];
    const { metadata } = await node.create(hostPod('swapped', containers, { volumes: [{ name: 'v', emptyDir: {} }] }));
    await eventually(() => node.isReady('swapped'));
    await node.exec('swapped', sh('touch /x/used'));
    const volume = join(node.containerd.directory, 'kubelet/pods', metadata?.uid ?? '', 'volumes/empty-dir/v');
    await eventually(async () => (await readdir(volume)).includes('done'));
    expect((await node.exec('swapped', ['ls', '/x'])).stdout).toBe('used\n');
    expect(await linuxMounter.mountsBelow(node.containerd.directory)).toContain(
      join(node.containerd.directory, 'kubelet/pods', metadata?.uid ?? '', 'volume-subpaths/v/c/0'),
    );
    await node.remove('swapped');
    const left = (await linuxMounter.mountsBelow(node.containerd.directory)).filter((point) =>
      point.includes('volume-subpaths'),
    );
    expect(left).toEqual([]);
  });

  it('may be a key of a ConfigMap, which no container can change', async () => {
    await node.client.create(Kinds.ConfigMap, {
      metadata: { namespace: 'default', name: 'cm' },
      data: { key: 'value' },
    });
    const volumeMounts = [
      { name: 'cm', mountPath: '/all' },
      { name: 'cm', mountPath: '/etc/one', subPath: 'key' },
    ];
    const script = 'cat /etc/one; exec 2>&1; touch /all/x; echo x > /etc/one; busybox rm /all/..data';
    const container = { name: 'c', command: sh(script), volumeMounts };
    const volumes: corev1.Volume[] = [{ name: 'cm', configMap: { name: 'cm' } }];
    await node.create(hostPod('keyed', [container], { restartPolicy: 'Never', volumes }));
    await node.ended('keyed');
    const [value, ...refused] = (await node.logs('keyed')).trim().split('\n');
    expect(value).toBe('valuetouch: /all/x: Read-only file system');
    expect(refused.filter((line) => !line.endsWith('Read-only file system'))).toEqual([]);
    expect(refused).toHaveLength(2);
    await node.remove('keyed');
  });

  it('does not keep its file from being another kind when its container starts anew', async () => {
    const volumeMounts = [
      { name: 'v', mountPath: '/x', subPath: 'part' },
      { name: 'v', mountPath: '/v' },
    ];
    const script =
      'if [ -d /x ]; then touch /x/was; busybox mv /v/part /v/old; echo now > /v/part; exit 1; fi; cat /x; sleep 60';
    const container = { name: 'c', command: sh(script), volumeMounts };
    await node.create(hostPod('turned', [container], { volumes: [{ name: 'v', emptyDir: {} }] }));
    await eventually(() => node.only('turned')?.restartCount === 1 && node.only('turned')?.state?.running);
    expect(await eventually(async () => (await node.logs('turned')) !== '' && (await node.logs('turned')))).toBe(
      'now\n',
    );
    expect(await readFile('/proc/self/mountinfo', 'utf8')).toContain('volume-subpaths');
    await node.remove('turned');
  });
});
